import { expect, test } from 'vitest';
import { presentSpans } from './presentSpans.ts';

test('numbers that follow each other are told as a span', () => {
  expect(presentSpans([0, 1, 2, 3, 6, 8, 9])).toBe('0–3, 6, 8–9');
  expect(presentSpans([])).toBe('');
});
