import { expect, test } from 'vitest';
import { sizeOfWords } from './shapes.ts';

const size = 'auto';

test.each([
  [{ size }, 'auto'],
  [{ size: '512x256' }, '512x256'],
  [{ size, aspect_ratio: 'auto' }, 'auto'],
  [{ size, aspect_ratio: '16:9' }, '1365x768'],
  [{ size, aspect_ratio: '9:19.5' }, '696x1507'],
  [{ size, resolution: '2k' }, '2048x2048'],
  [{ size, aspect_ratio: '2:1', resolution: '2K' }, '2896x1448'],
  [{ size, width: 640, height: 384 }, '640x384'],
  [{ size, height: 384 }, '1024x384'],
  [{ size: '512x256', aspect_ratio: 'auto' }, '512x256'],
] as const)('a size is what OpenAI, Together, xAI and OpenRouter call it: %j is %s', (words, said) => {
  expect(sizeOfWords(words)).toBe(said);
});

test.each([
  ['width', { size: '512x256', width: 512 }],
  ['height', { size: '512x256', height: 256 }],
  ['aspect_ratio', { size: '512x256', aspect_ratio: '2:1' }],
  ['aspect_ratio', { size, width: 512, aspect_ratio: '2:1' }],
  ['resolution', { size: '512x256', resolution: '1k' }],
  ['resolution', { size, height: 512, resolution: '1K' }],
] as const)('a size that is said twice is refused by %s: %j', (name, words) => {
  expect(() => sizeOfWords(words)).toThrow(
    expect.objectContaining({ errors: [expect.objectContaining({ pointer: `/${name}` })] }),
  );
});
