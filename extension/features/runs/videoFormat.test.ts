import { expect, test } from 'vitest';
import { findVideoFormat } from './videoFormat.ts';

const formatOf = (head: string) => findVideoFormat(new Blob([Buffer.from(head, 'latin1')]));

test('a video is known by its first bytes', async () => {
  expect(await formatOf('\0\0\0\x20ftypisom\0\0\x02\0')).toBe('mp4');
  expect(await formatOf('\0\0\0\x14ftypqt  \0\0\0\0')).toBe('mp4');
  expect(await formatOf('\x1aE\xdf\xa3\x9fB\x86\x81')).toBe('webm');
});

test('a picture, a page and a playlist are no video', async () => {
  for (const head of ['\0\0\0\x1cftypavif', '\x89PNG\r\n\x1a\n', '<!doctype html>', '#EXTM3U\n', ''])
    expect(await formatOf(head), head).toBeUndefined();
});
