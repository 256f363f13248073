import '../../../testing/browsers/base64.ts';
import { uploadMaxBytes } from '@star-graph/workflows/shared/uploadRules';
import { afterEach, expect, test, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import type { PageFrame } from '../../messaging/pageFrame.ts';
import type { FoundPicture, PageAnswers } from '../../messaging/protocol.ts';

vi.stubGlobal('browser', fakeBrowser);
const { acquirePlayed } = await import('./acquirePlayed.ts');

const mp4 = Buffer.from('\0\0\0\x20ftypisom\0\0\x02\0isom', 'latin1');
const found = (url: string): FoundPicture => ({
  elementId: 'element',
  kind: 'video',
  urls: [url],
  shownUrl: url,
  width: 16,
  height: 16,
  frameUrl: 'file:///page.html',
  pageUrl: 'file:///page.html',
  fileName: 'video',
});
/** A page that reads nothing unless told. */
const pageWith = (read?: PageAnswers['read']): PageFrame => ({
  tabId: 1,
  frameId: 0,
  ask: async () => read as never,
});
const serve = (answer: () => Response) => vi.stubGlobal('fetch', async () => answer());

afterEach(() => vi.stubGlobal('fetch', undefined));

test('a video is sent with its own bytes and type', async () => {
  serve(() => new Response(mp4, { headers: { 'content-type': 'application/octet-stream' } }));
  const { file } = await acquirePlayed(found('https://a.example/video'), pageWith(), 'video');
  expect(file.type).toBe('video/mp4');
  expect(Buffer.from(await file.arrayBuffer())).toEqual(mp4);
});

test('a video that only its page may read is read there', async () => {
  serve(() => new Response('no', { status: 403 }));
  const inPage = pageWith({ base64: mp4.toString('base64'), mime: '' });
  expect((await acquirePlayed(found('https://a.example/video'), inPage, 'video')).file.type).toBe(
    'video/mp4',
  );
});

test('a video that a script feeds piece by piece is refused as streamed', async () => {
  await expect(acquirePlayed(found('blob:https://a.example/1'), pageWith(), 'video')).rejects.toMatchObject({
    code: 'video-streamed',
  });
});

test('a playlist is refused as no video', async () => {
  serve(() => new Response('#EXTM3U\n'));
  await expect(acquirePlayed(found('https://a.example/list'), pageWith(), 'video')).rejects.toMatchObject({
    code: 'not-a-video',
  });
});

test('a video that is too large is left unread after its limit', async () => {
  let requests = 0;
  let wasCancelled = false;
  const endless = () =>
    new ReadableStream({
      start: (stream) => stream.enqueue(new Uint8Array(uploadMaxBytes)),
      pull: (stream) => stream.enqueue(new Uint8Array(1)),
      cancel() {
        wasCancelled = true;
      },
    });
  serve(() => {
    requests += 1;
    return new Response(endless());
  });
  await expect(acquirePlayed(found('https://a.example/long'), pageWith(), 'video')).rejects.toMatchObject({
    code: 'video-too-large',
  });
  expect({ requests, wasCancelled }).toEqual({ requests: 1, wasCancelled: true });
});

test('a video of the page that fits into no message is too large', async () => {
  await expect(
    acquirePlayed(found('blob:https://a.example/1'), pageWith('too-large'), 'video'),
  ).rejects.toMatchObject({
    code: 'video-too-large',
  });
});

test('a sound is sent with its own bytes and type, and nothing else as one', async () => {
  const mp3 = Buffer.from('ID3\x04\0\0\0\0\0\0', 'latin1');
  serve(() => new Response(mp3, { headers: { 'content-type': 'application/octet-stream' } }));
  const { file } = await acquirePlayed(found('https://a.example/sound'), pageWith(), 'audio');
  expect(file.type).toBe('audio/mpeg');
  expect(Buffer.from(await file.arrayBuffer())).toEqual(mp3);
  const refused = (url: string, read?: PageAnswers['read']) =>
    acquirePlayed(found(url), pageWith(read), 'audio').catch(({ code }) => code);
  serve(() => new Response(mp4));
  expect(await refused('https://a.example/video')).toBe('sound-unreadable');
  expect(await refused('blob:https://a.example/1')).toBe('sound-unreadable');
  expect(await refused('blob:https://a.example/1', 'too-large')).toBe('sound-too-large');
});
