import '../../testing/browsers/base64.ts';
import { uploadMaxBytes } from '@star-graph/workflows/shared/uploadRules';
import { expect, test, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';

vi.stubGlobal('browser', fakeBrowser);
const { readFile } = await import('./readFile.ts');

const head = Buffer.from('\0\0\0\x20ftypisom', 'latin1');
const fileOf = (...parts: (Buffer | Uint8Array<ArrayBuffer>)[]) =>
  new File(
    parts.map((part) => new Uint8Array(part)),
    'film.mp4',
    { type: 'video/mp4' },
  );

test('a video that the server would refuse is not sent to the background', async () => {
  const large = fileOf(head, new Uint8Array(uploadMaxBytes));
  await expect(readFile(large)).rejects.toMatchObject({ code: 'video-too-large' });
});

test('a video goes to the background as it is', async () => {
  expect(await readFile(fileOf(head))).toEqual({ base64: head.toString('base64'), mime: 'video/mp4' });
});
