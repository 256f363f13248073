import { createSound, createVideo } from '@star-graph/core/testing/pictures';
import { expect, test } from 'vitest';
import { codeOf } from '../../testing/servers/apiServer.ts';
import { apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture({ hasBackend: true });
const api = apiFixture(platform);

function upload(token: string, bytes: Buffer) {
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(bytes)], { type: 'image/png' }), 'photo.png');
  return api.call('/api/v1/assets', { token, body: form });
}

const pathOf = (link: string) => new URL(link).pathname + new URL(link).search;
const tags = ['-metadata', 'title=secret graph'];

test.each([
  ['mp3', 'audio/mpeg'],
  ['wav', 'audio/wav'],
  ['flac', 'audio/flac'],
  ['ogg', 'audio/ogg'],
  ['m4a', 'audio/mp4'],
] as const)(
  'an uploaded sound as %s is told by its bytes, heard and kept without its tags',
  async (ext, mime) => {
    const { accessToken: token } = await api.signUp();
    const { status, body } = await upload(token, createSound(ext, tags));
    expect([status, body.mime]).toEqual([201, mime]);
    expect(body).toMatchObject({ kind: 'input', width: 0, height: 0, sound: { channels: 1 } });
    expect(body.durationMs).toBeGreaterThanOrEqual(950);
    expect(Buffer.from(body.waveform, 'base64').length).toBeGreaterThan(5);
    const stored = await api.call(pathOf(body.url));
    expect([stored.status, stored.body.length, stored.headers.get('content-type')]).toEqual([
      ...[200, body.bytes],
      mime,
    ]);
    expect(stored.body.includes('secret graph')).toBe(false);
    const { body: listed } = await api.call('/api/v1/assets?media=audio', { token });
    expect(listed.items.map(({ id }: { id: string }) => id)).toEqual([body.id]);
  },
);

const longArgs = ['-af', 'aloop=-1:44100', '-t', '660', '-b:a', '8k'];

test.each([
  ['that is cut off', () => createSound('flac').subarray(0, 3_000), 415, 'unsupported-media'],
  ['of eleven minutes', () => createSound('mp3', longArgs), 413, 'too-large'],
  ['with six channels', () => createSound('flac', ['-ac', '6']), 413, 'too-large'],
] as const)('a sound %s is refused, and nothing is kept', async (_, make, status, code) => {
  const { accessToken: token, user } = await api.signUp();
  const answer = await upload(token, make());
  expect([answer.status, codeOf(answer)]).toEqual([status, code]);
  expect(answer.body.detail).toMatch(/^The sound /);
  expect(await platform.db.database('assets').where({ userId: user.id })).toEqual([]);
});

test('a sound is refused where a picture is wanted, and the other way round; a film of it costs what it lasts', async () => {
  const { accessToken: token, user } = await api.signUp();
  const { id: sound } = (await upload(token, createSound('mp3'))).body;
  const { id: film } = (await upload(token, createVideo('mp4'))).body;
  const { id: image } = (await upload(token, Buffer.from(onePixel, 'base64'))).body;
  const make = (params: object, path = '') =>
    api.call(`/api/v1/generate/ltx23-audio2video${path}`, { token, body: params });
  const picture = await api.call('/api/v1/generate/upscale', { token, body: { image: sound } });
  expect([picture.status, picture.body.detail]).toEqual([
    415,
    'This needs a picture, and the asset is a sound.',
  ]);
  const video = await make({ image, audio: film });
  expect([video.status, video.body.detail]).toEqual([415, 'This needs a sound, and the asset is a video.']);
  const other = await api.signUp();
  const foreign = (await upload(other.accessToken, createSound('wav'))).body.id;
  expect((await make({ image, audio: foreign })).status).toBe(404);
  const short = await make({ image, audio: sound, start: 0.9 });
  expect([short.status, short.body.errors[0].pointer]).toEqual([422, '/image']);
  expect(await platform.db.database('tasks').where({ userId: user.id })).toEqual([]);
});

const onePixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
