import { expect, test } from 'vitest';
import { weigh } from './weigh.ts';

/** The selection stands between bars. */
function press(shown: string, ...ways: (1 | -1)[]): string {
  const [before = '', part = '', after = ''] = shown.split('|');
  let now = { text: before + part + after, start: before.length, end: before.length + part.length };
  for (const way of ways) now = weigh(now, way);
  const { text, start, end } = now;
  return `${text.slice(0, start)}|${text.slice(start, end)}|${text.slice(end)}`;
}

test('selected words count a tenth more or less, and again from there', () => {
  expect(press('a |red boat| at sea', 1)).toBe('a |(red boat:1.1)| at sea');
  expect(press('a |red boat| at sea', 1, 1)).toBe('a |(red boat:1.2)| at sea');
  expect(press('a |red boat| at sea', -1)).toBe('a |(red boat:0.9)| at sea');
});

test('the word at the cursor is taken without a selection, and a weight around it changes', () => {
  expect(press('a red bo||at', 1)).toBe('a red |(boat:1.1)|');
  expect(press('a (red bo||at:1.5), far', 1)).toBe('a |(red boat:1.6)|, far');
  expect(press('一只||猫', 1)).toBe('|(一只猫:1.1)|');
});

test('a weight of one is not written, and weights have an end', () => {
  expect(press('a |boat|', 1, -1)).toBe('a |boat|');
  expect(press('a |(boat:2)|', 1)).toBe('a |(boat:2)|');
  expect(press('a |(boat:0.1)|', -1)).toBe('a |(boat:0.1)|');
});

test('nothing is weighed where no word is', () => {
  expect(press('a  ||  b', 1)).toBe('a  ||  b');
});
