/** Numbers from 0 to 1, the same for the same seed (mulberry32): a failing request can be made again. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Random = () => number;
export const pick = <Item>(random: Random, items: readonly Item[]): Item =>
  items[Math.floor(random() * items.length)] as Item;

const nested = (depth: number): unknown => {
  let value: unknown = 1;
  for (let at = 0; at < depth; at++) value = [value];
  return value;
};

const hostileTexts = [
  '',
  ' ',
  '\u0000',
  '\ud800',
  '\u202e',
  '🦊'.repeat(300),
  'é'.normalize('NFD'),
  'x'.repeat(20_000),
  "'; DROP TABLE users; --",
  '" OR 1=1 /*',
  '\\',
  '%00',
  '../../../etc/passwd',
  '..\\..\\windows',
  '<script>alert(1)</script>',
  '{{constructor.constructor("return process")()}}',
  'http://169.254.169.254/latest/',
  'file:///etc/passwd',
  '__proto__',
  'constructor',
  '-1',
  '1e999',
  '0x10',
  '2026-02-30T25:61:61Z',
  '9999999999999999999999',
];

const hostileValues: readonly unknown[] = [
  ...hostileTexts,
  null,
  true,
  0,
  -1,
  1.5,
  2 ** 31,
  2 ** 53,
  1e308,
  -0,
  [],
  {},
  [null],
  nested(200),
  Array.from({ length: 2_000 }, (_, at) => at),
  { length: 9 },
];

/** The value with one thing changed somewhere in it. */
export function mutate(random: Random, value: unknown): unknown {
  if (Array.isArray(value) && value.length > 0 && random() < 0.7) {
    const at = Math.floor(random() * value.length);
    return value.map((item, index) => (index === at ? mutate(random, item) : item));
  }
  if (value !== null && typeof value === 'object' && !Array.isArray(value) && random() < 0.9) {
    const entries = Object.entries(value);
    const [name] = entries.length > 0 ? pick(random, entries) : [undefined];
    const act = random();
    if (name === undefined || act < 0.15)
      return { ...value, [pick(random, hostileTexts)]: pick(random, hostileValues) };
    if (act < 0.3) return Object.fromEntries(entries.filter(([other]) => other !== name));
    return Object.fromEntries(
      entries.map(([other, held]) => [other, other === name ? mutate(random, held) : held]),
    );
  }
  return pick(random, hostileValues);
}

/** A text for a place in a path, a query or a header. */
export const hostileText = (random: Random): string => pick(random, hostileTexts);

/** A header of HTTP/1.1 can hold no more. */
export const hostileHeader = (random: Random): string =>
  hostileText(random)
    .replaceAll(/[^\x20-\x7e]/g, '?')
    .slice(0, 4_000);
