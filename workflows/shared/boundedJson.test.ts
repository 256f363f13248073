import { expect, test } from 'vitest';
import { JsonTooRich, parseJson } from './boundedJson.ts';

const bounds = { values: 5, depth: 3 };
const quoted = '"a \\" , [ { \\\\"';

test.each([
  '[1,2,3,4,5]',
  '{"a":1,"b":[2,{"c":3}]}',
  `[${quoted},${quoted},",,,,,,[[[[{{{{"]`,
  `{${quoted}:",]",",":"\\u0022,,,,,"}`,
  ' "word" ',
  '[[[]]]',
  `["${'QUJD'.repeat(9)}"]`,
])('%s is what the parser makes of it', (text) => {
  expect(parseJson(text, bounds)).toEqual(JSON.parse(text));
});

test.each([
  ['[1,2,3,4,5,6]', 'values'],
  ['{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6}', 'values'],
  ['[[],[],[],[],[],[]]', 'values'],
  // No JSON, and refused before a parser reads it.
  [`[${','.repeat(9)}`, 'values'],
  ['[[[[', 'depth'],
  [`{"a":{"b":[{"c":${quoted}}]}}`, 'depth'],
  [`["\\"",[[[]]]]`, 'depth'],
  ['""'.repeat(12), 'values'],
])('%s is over the bound of %s', (text, bound) => {
  expect(() => parseJson(text, bounds)).toThrow(new JsonTooRich(bound as 'values'));
});

test.each(['{"__proto__":{"a":1}}', '[{"\\u005f_proto__":1}]', '{"__pr\\u006Fto__":1}'])(
  '%s would change what objects inherit, and is refused',
  (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  },
);

test.each(['', '{', '"', '"\\', '[1,]', '{"a":"b', ']]]]]', '[]}}}'])(
  '%s is left to the parser, which refuses it',
  (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  },
);

test('the name of a prototype is a value like others', () => {
  expect(parseJson('["__proto__", "\\u005f"]')).toEqual(['__proto__', '_']);
});
