import { filmDeskUrl } from '@star-graph/core/ground/db/models/backend';
import { createVideo } from '@star-graph/core/testing/pictures';
import { expect, test } from 'vitest';
import { addBackend, codeOf } from '../../testing/servers/apiServer.ts';
import { apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture({ hasBackend: true });
const api = apiFixture(platform);

function upload(token: string, bytes: Buffer) {
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(bytes)], { type: 'image/png' }), 'photo.png');
  return api.call('/api/v1/assets', { token, body: form });
}

const pathOf = (link: string) => new URL(link).pathname + new URL(link).search;

test.each(['mp4', 'webm'] as const)('an uploaded film as %s tells length, rate and sound', async (ext) => {
  const { accessToken: token } = await api.signUp();
  const { status, body } = await upload(token, createVideo(ext));
  expect(status).toBe(201);
  expect(body).toMatchObject({ kind: 'input', mime: `video/${ext}`, width: 160, height: 120 });
  expect(body.durationMs).toBeGreaterThanOrEqual(2_000);
  // Its sound is longer than its frames, which says nothing of their rate.
  expect(body.fps).toBe(8);
  expect(body.sound.channels).toBe(1);
  const stored = await api.call(pathOf(body.url));
  expect([stored.status, stored.body.length]).toEqual([200, body.bytes]);
  expect(stored.body.includes('secret graph')).toBe(false);
  expect((await api.call(pathOf(body.thumbnailUrl))).status).toBe(200);
});

test('a damaged film is refused and nothing is kept', async () => {
  const { accessToken: token, user } = await api.signUp();
  const answer = await upload(token, createVideo('mp4').subarray(0, 5_000));
  expect([answer.status, codeOf(answer)]).toEqual([415, 'unsupported-media']);
  expect(await platform.db.database('assets').where({ userId: user.id })).toEqual([]);
});

test('a film is refused where a picture is wanted, and the other way round', async () => {
  const { accessToken: token } = await api.signUp();
  const { id } = (await upload(token, createVideo('mp4'))).body;
  const picture = Buffer.from(onePixel, 'base64');
  const { id: pictureId } = (await upload(token, picture)).body;
  const film = await api.call('/api/v1/generate/upscale', { token, body: { image: id } });
  expect([film.status, film.body.detail]).toEqual([415, 'This needs a picture, and the asset is a video.']);
  const still = await api.call('/api/v1/generate/interpolate', { token, body: { video: pictureId } });
  expect([still.status, still.body.detail]).toEqual([415, 'This needs a video, and the asset is a picture.']);
});

test('an edit of films is priced, refused where it does not fit, and costs nothing then', async () => {
  const { accessToken: token, user } = await api.signUp();
  const video = (await upload(token, createVideo('mp4'))).body.id;
  const edit = (body: object, path = '') => api.call(`/api/v1/generate/edit-film${path}`, { token, body });
  const before = await platform.db.database('backends').select('id');
  const closed = await edit({ video, parts: [{}] });
  expect([closed.status, codeOf(closed)]).toEqual([503, 'no-backend']);
  const desk = await addBackend(platform, {
    SaveEditedFilm: {
      input: { required: { plan: ['STRING', {}], filename_prefix: ['STRING', {}] } },
      output: [],
      output_node: true,
    },
  });
  await platform.db.database('backends').where({ id: desk.id }).update({ url: filmDeskUrl });
  await expect
    .poll(() => edit({ video, parts: [{ to: 1 }] }, '/quote'))
    .toMatchObject({ status: 200, body: { cost: 1 } });
  const other = await api.signUp();
  const foreign = (await upload(other.accessToken, createVideo('webm'))).body.id;
  const wrong = [
    [{ video, parts: [{ from: 3 }] }, 422],
    [{ video, parts: [{ film: 2 }] }, 422],
    [{ video, parts: [] }, 422],
    [{ video, parts: [{ from: -1 }, { to: 'x' }, null] }, 422],
    [{ video, parts: [{}], repeats: 1e9 }, 422],
    [{ video, video2: foreign, parts: [{}, { film: 2 }] }, 404],
  ] as const;
  for (const [body, status] of wrong) expect([body, (await edit(body)).status]).toEqual([body, status]);
  expect(await platform.db.database('tasks').where({ userId: user.id })).toEqual([]);
  const accepted = await edit({ video, parts: [{ from: 0.5, to: 1 }, { speed: 2 }], format: 'webm' });
  expect([accepted.status, accepted.body.cost]).toEqual([202, 1]);
  // No list of GPU servers shows what is none.
  const admin = await api.signInAsAdmin();
  const { body: listed } = await api.call('/api/admin/backends', { token: admin });
  expect(listed.items.map(({ id }: { id: string }) => id)).toEqual(before.map(({ id }) => id));
  const disable = { method: 'PATCH', token: admin, body: { enabled: false } };
  expect((await api.call(`/api/admin/backends/${desk.id}`, disable)).status).toBe(404);
});

const onePixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
