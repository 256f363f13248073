import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { toText } from './exportPart.ts';

async function* countTo(last: number): AsyncGenerator<{ n: number; text: string }> {
  for (let n = 1; n <= last; n++) yield { n, text: 'a fox in the snow' };
}

const piecesOf = (last: number): Promise<string[]> => Readable.from(toText(countTo(last))).toArray();

test('the lines of an export are written whole, once, and many at a time', async () => {
  const pieces = await piecesOf(10_000);
  const lines = pieces.join('').split('\n');
  expect(lines.pop()).toBe('');
  expect(lines.map((line) => JSON.parse(line).n)).toEqual(Array.from({ length: 10_000 }, (_, n) => n + 1));
  expect(pieces.every((piece) => piece.endsWith('\n'))).toBe(true);
  expect(pieces.length).toBeLessThan(lines.length / 1_000);
  // Nor all at once: an export of any length needs the same memory.
  expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(100_000);
  expect(await piecesOf(0)).toEqual([]);
});
