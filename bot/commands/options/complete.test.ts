import { expect, test } from 'vitest';
import { rank, suggestSizes } from './complete.ts';

const shown = (own: { width: number; height: number } | undefined) =>
  rank(suggestSizes(own), '').map(({ value }) => value);

test('sizes as large as a model draws by itself come first, and none that it would draw doubled', () => {
  const small = shown({ width: 512, height: 512 });
  expect(small[0]).toBe('512x512');
  expect(small).toContain('512x768');
  expect(small).not.toContain('1024x1024');
  const large = shown({ width: 1024, height: 1024 });
  expect(large.slice(0, 2)).toEqual(['1024x1024', '1152x896']);
  expect(large.indexOf('512x512')).toBeGreaterThan(large.indexOf('896x1152'));
  expect(shown(undefined)).toContain('1024x1024');
});
