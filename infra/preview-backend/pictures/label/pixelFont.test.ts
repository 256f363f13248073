import { describe, expect, test } from 'vitest';
import { dotPath } from './pixelFont.ts';

const dots = (text: string): number => dotPath(text, 0, 0, 1).split('M').length - 1;

describe('the dot font', () => {
  test('has a glyph of its own for every capital and digit', () => {
    const paths = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'].map((character) => dotPath(character, 0, 0, 1));
    // The letter O and the figure 0 differ by a stroke.
    expect(new Set(paths).size).toBe(36);
  });

  test('draws small letters as capitals and missing ones as question marks', () => {
    expect(dotPath('fox', 0, 0, 2)).toBe(dotPath('FOX', 0, 0, 2));
    expect(dotPath('狐', 0, 0, 1)).toBe(dotPath('?', 0, 0, 1));
    expect(dots(' ')).toBe(0);
  });

  test('sets one letter beside the other', () => {
    expect(dots('AB')).toBe(dots('A') + dots('B'));
    expect(dotPath('AB', 0, 0, 1)).toContain(dotPath('B', 6, 0, 1));
  });
});
