import { expect, test } from 'vitest';
import { evaluateExpression } from './mathExpression.ts';

const names = new Map([
  ['a', 24],
  ['b', 5],
]);

test.each<[text: string, value: number]>([
  ['a * b + 1', 121],
  ['-2 ** 2', -4],
  ['2 ** -1', 0.5],
  ['-7 // 2', -4],
  ['-7 % 3', 2],
  ['round(2.5) + round(3.5)', 6],
  ['max(a, b, 30) - min(a, b)', 25],
  ['a if b > 6 else b', 5],
  ['not a == 24 or b >= 5', 1],
  ['floor((a + 1) / 8) * 8 + 1', 25],
  ['1e3 + .5', 1000.5],
])('an expression counts as Python does: %s', (text, value) => {
  expect(evaluateExpression(text, names)).toBe(value);
});

test.each(['a +', 'a b', 'c', '__import__(1)', 'a.b', 'a / 0', 'min(a'])('%s fails', (text) => {
  expect(() => evaluateExpression(text, names)).toThrow();
});
