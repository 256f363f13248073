import { expect, test } from 'vitest';
import { isRepeatedPress } from './keyRepeats.ts';

const held = { key: 'Enter', repeat: true, ctrlKey: false, metaKey: false };

test('a held key presses once: Ctrl + Enter everywhere, Enter and Space where nobody writes', () => {
  expect(isRepeatedPress({ ...held, ctrlKey: true }, true)).toBe(true);
  expect(isRepeatedPress({ ...held, metaKey: true }, true)).toBe(true);
  expect(isRepeatedPress(held, false)).toBe(true);
  expect(isRepeatedPress({ ...held, key: ' ' }, false)).toBe(true);
});

test('a held key goes on writing, moving and deleting, and a first press is one', () => {
  expect(isRepeatedPress(held, true)).toBe(false);
  expect(isRepeatedPress({ ...held, key: ' ' }, true)).toBe(false);
  expect(isRepeatedPress({ ...held, key: 'ArrowLeft' }, false)).toBe(false);
  expect(isRepeatedPress({ ...held, repeat: false, ctrlKey: true }, false)).toBe(false);
});
