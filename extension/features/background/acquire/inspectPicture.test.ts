import sharp from 'sharp';
import { expect, test } from 'vitest';
import { findKind, isAnimated } from './inspectPicture.ts';

const still = sharp({ create: { width: 20, height: 20, channels: 3, background: '#a05020' } });

test.each(['png', 'jpeg', 'webp', 'gif', 'avif'] as const)(
  'knows %s by its bytes, and that it stands still',
  async (format) => {
    const bytes = await still.clone().toFormat(format).toBuffer();
    expect(findKind(bytes)).toBe(format);
    expect(isAnimated(format, bytes)).toBe(false);
  },
);

test.each(['gif', 'webp'] as const)('sees that a %s moves', async (format) => {
  const frames = await Promise.all(
    ['#ff0000', '#00ff00'].map((background) =>
      sharp({ create: { width: 20, height: 20, channels: 3, background } })
        .png()
        .toBuffer(),
    ),
  );
  const bytes = await sharp(frames, { join: { animated: true } })
    .toFormat(format)
    .toBuffer();
  expect(findKind(bytes)).toBe(format);
  expect(isAnimated(format, bytes)).toBe(true);
});

test.each([
  ['<svg xmlns="http://www.w3.org/2000/svg"/>', 'svg'],
  ['\u{feff}<?xml version="1.0"?>\n<!-- drawn -->\n<svg viewBox="0 0 1 1"/>', 'svg'],
  ['<!DOCTYPE html><p>404 <svg></svg>', 'other'],
  ['<html>', 'other'],
  ['', 'other'],
])('takes %s for %s', (text, kind) => {
  expect(findKind(new TextEncoder().encode(text))).toBe(kind);
});
