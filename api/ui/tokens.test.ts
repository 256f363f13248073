import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const sheet = readFileSync(new URL('tokens.css', import.meta.url), 'utf8');

type Colour = [red: number, green: number, blue: number];
type Theme = 'light' | 'dark';

/** Linear light, cut to what a screen shows (https://bottosson.github.io/posts/oklab/). */
function parseColour(text: string): Colour {
  if (text === 'white') return [1, 1, 1];
  const [, lightness = '', chroma = '', hue = ''] = /^oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)$/.exec(text) ?? [];
  const [a, b] = [Math.cos, Math.sin].map((turn) => Number(chroma) * turn((Number(hue) * Math.PI) / 180)) as [
    number,
    number,
  ];
  const cube = (x: number, y: number) => (Number(lightness) + x * a + y * b) ** 3;
  const [l, m, s] = [
    cube(0.3963377774, 0.2158037573),
    cube(-0.1055613458, -0.0638541728),
    cube(-0.0894841775, -1.291485548),
  ];
  const cut = (value: number) => Math.min(1, Math.max(0, value));
  return [
    cut(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    cut(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    cut(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

function findToken(name: string, theme: Theme): Colour {
  const [, value = ''] = new RegExp(`--${name}: ([^;]+);`).exec(sheet) ?? [];
  const [, light = value, dark = value] = /^light-dark\((.+?\)|white), (.+)\)$/.exec(value) ?? [];
  return parseColour(theme === 'light' ? light : dark);
}

function contrastOf(one: string, other: string, theme: Theme): number {
  const [low = 0, high = 0] = [one, other]
    .map((name) => findToken(name, theme))
    .map(([red, green, blue]) => 0.2126 * red + 0.7152 * green + 0.0722 * blue)
    .sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

const surfaces = ['surface-0', 'surface-1', 'surface-2'];
const words = ['text', 'text-quiet', 'text-faint', 'accent-text', 'good', 'warn', 'bad'];
const onColour = [
  ['on-accent', 'accent'],
  ['on-accent', 'accent-hover'],
  ['on-accent', 'bad-strong'],
  ['text', 'accent-soft'],
  ['accent-text', 'accent-soft'],
  ['good', 'good-soft'],
  ['warn', 'warn-soft'],
  ['bad', 'bad-soft'],
] as const;

const themes: Theme[] = ['light', 'dark'];

test.each(themes)('every word can be read on every surface in the %s theme', (theme) => {
  const pairs = [
    ...words.flatMap((word) => surfaces.map((surface) => [word, surface] as const)),
    ...onColour,
  ];
  const faint = pairs.filter(([word, surface]) => contrastOf(word, surface, theme) < 4.5);
  expect(faint).toEqual([]);
});

test.each(themes)('every control stands out from its ground in the %s theme', (theme) => {
  const pairs = ['accent', 'line-control', 'good', 'bad'].flatMap((name) =>
    surfaces.map((surface) => [name, surface] as const),
  );
  expect(pairs.filter(([name, surface]) => contrastOf(name, surface, theme) < 3)).toEqual([]);
});

test('contrast is measured as WCAG does', () => {
  expect(contrastOf('surface-1', 'surface-1', 'light')).toBeCloseTo(1);
  expect(contrastOf('on-accent', 'surface-1', 'light')).toBeCloseTo(1);
});
