import { expect, test } from 'vitest';
import { ManifestError, parseManifest } from '../manifest.ts';
import { toPointer } from '../shared/pointer.ts';
import { sampleManifest } from '../testing/sampleManifest.ts';

function faultsOf(document: unknown) {
  try {
    parseManifest(document);
    return [];
  } catch (error) {
    if (error instanceof ManifestError) return error.faults;
    throw error;
  }
}

type Path = readonly string[];

/** Every place in a document except the graph. */
function listPlaces(value: unknown, path: Path = []): Path[] {
  if (path[0] === 'graph' || typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => listPlaces(inner, [...path, key]))];
}

/** A copy with another value at a place; undefined removes it. */
function spoil(value: unknown, [key, ...rest]: Path, junk: unknown): unknown {
  if (key === undefined) return junk;
  const copy = Array.isArray(value) ? [...value] : { ...Object(value) };
  copy[key] = spoil(copy[key], rest, junk);
  if (rest.length === 0 && junk === undefined) delete copy[key];
  return copy;
}

const document = {
  ...sampleManifest(),
  type: 'custom',
  outputKind: 'image',
  work: { base: 1, times: ['steps'], megapixels: ['steps', 'steps'] },
};
const junks = [undefined, null, -1, 2 ** 60, 0.5, '', 'x'.repeat(5000), true, [], ['x'], {}, { pattern: 1 }];

test('gives a sentence on what to write, at any place', () => {
  const faults = listPlaces(document).flatMap((path) =>
    junks.flatMap((junk) => faultsOf(spoil(document, path, junk))),
  );
  expect(faults.length).toBeGreaterThan(500);
  const raw = faults.filter(
    ({ message }) =>
      !/^[A-Z].*[.}\]"]$/s.test(message) ||
      /invalid|expected|received|unrecognized|too (big|small)/i.test(message),
  );
  expect(raw).toEqual([]);
});

test.each([
  [[], /^Write an object with name, version/],
  [['binding'], /"3\.text"/],
  [['rates'], /creditsPerUnit/],
  [['title'], /"zh-CN"/],
  [['params', 'properties'], /"type": "string"/],
])('tells of %j, where it is missing, what it looks like', (path, message) => {
  expect(faultsOf(spoil(document, path, undefined))).toEqual([
    { pointer: toPointer(...path), message: expect.stringMatching(message) },
  ]);
});

test('names unknown JSON Schema keywords and parameters as such', () => {
  const pattern = ['params', 'properties', 'prompt', 'pattern'];
  expect(faultsOf(spoil(document, pattern, '(a+)+$'))).toEqual([
    { pointer: toPointer(...pattern), message: 'Manifests have no such key.' },
  ]);
  expect(faultsOf(spoil(document, ['example', 'colour'], 'red'))).toEqual([
    { pointer: '/example/colour', message: 'There is no such parameter.' },
  ]);
});
