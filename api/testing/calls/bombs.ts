import type { createSamples, Schema } from './contractRequests.ts';

/** A body that costs whoever looks at each of its values more than its bytes. */
export interface Bomb {
  name: string;
  text: string;
}

type Samples = ReturnType<typeof createSamples>;

/** Within the bound of values, so that a schema sees them. */
const seen = 9_500;

const listOf = (count: number, element: string) => `[${Array(count).fill(element).join(',')}]`;
const keysOf = (count: number) => `{${Array.from({ length: count }, (_, at) => `"k${at}":0`).join(',')}}`;
const nestedIn = (depth: number, inner = '') => '['.repeat(depth) + inner + ']'.repeat(depth);

/** A body of the same bytes without anything to look at. */
export const plainBody = (bytes: number): string => `{"text":"${'a'.repeat(bytes)}"}`;

/** For whoever reads bodies, before a schema sees them. */
export const readerBombs = (bytes: number): Bomb[] => [
  { name: 'unknown keys without end', text: keysOf(bytes / 12) },
  { name: 'a list without end', text: listOf(bytes / 2, '0') },
  { name: 'lists of lists without end', text: nestedIn(bytes / 2) },
  { name: 'texts without end', text: `[${'""'.repeat(bytes / 2)}]` },
  { name: 'ends without a beginning', text: `{}${'}'.repeat(bytes)}` },
  { name: 'a long text of escapes', text: `{"text":"${'\\"'.repeat(bytes / 2)}"}` },
  { name: 'a long number', text: `{"number":${'9'.repeat(bytes)}}` },
  { name: 'blanks', text: `{${' '.repeat(bytes)}}` },
];

/** For schemas: whole bodies. */
export const schemaBombs: readonly Bomb[] = [
  { name: 'unknown keys', text: keysOf(seen) },
  { name: 'a long key', text: `{"${'k'.repeat(900_000)}":0}` },
  { name: 'a list', text: listOf(seen / 2, '{}') },
  { name: 'halves of characters', text: listOf(seen, '"\\ud800"') },
];

/** What each property may be in place of its value, within its share of bytes and values. */
const kinds: readonly ((share: { bytes: number; values: number }) => string)[] = [
  ({ values }) => keysOf(values),
  ({ values }) => listOf(Math.floor(values / 2), '{}'),
  ({ values }) => listOf(values, '"word"'),
  ({ bytes }) => `"${'a '.repeat(bytes / 2)}"`,
  ({ bytes }) => `"${'\\"!'.repeat(bytes / 3)}"`,
  ({ bytes }) => '9'.repeat(bytes),
  () => nestedIn(80, '{}'),
];

/** Bodies in which every property is a bomb: one for each kind, so that each property is each of them once. */
export function propertyBombs(samples: Samples, body: Schema, bytes: number): Bomb[] {
  const names = samples.propertiesOf(body);
  if (names.length === 0) return [];
  const share = { bytes: Math.floor(bytes / names.length), values: Math.floor(seen / names.length) };
  return kinds.map((_, shift) => {
    const make = (name: string, at: number) =>
      `${JSON.stringify(name)}:${kinds[(at + shift) % kinds.length]?.(share)}`;
    return {
      name: `properties that are bombs, ${shift + 1} of ${kinds.length}`,
      // Made when it is thrown: some walks leave most out.
      get text() {
        return `{${names.map(make).join(',')}}`;
      },
    };
  });
}
