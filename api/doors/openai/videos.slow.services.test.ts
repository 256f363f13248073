import { createOpenRouter } from '@openrouter/ai-sdk-provider';
import { inTransaction } from '@star-graph/core/ground/db/connect';
import { Asset } from '@star-graph/core/ground/db/models/asset';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { createQueuedTask } from '@star-graph/core/testing/db/factories';
import { settleHold } from '@star-graph/core/testing/db/holds';
import { eventually } from '@star-graph/core/testing/eventually';
import { createTwoColours } from '@star-graph/core/testing/pictures';
import { experimental_generateVideo as generateVideo } from 'ai';
import type OpenAI from 'openai';
import { beforeEach, expect, test } from 'vitest';
import { errorOf, openAiFixture } from '../testing/openAiServer.ts';
import { taskIdOf } from './presentVideo.ts';

const { platform, api, pool, enter, tasksOf, balanceOf, set } = openAiFixture({
  env: { SIGN_UP_GRANT: '1000' },
});
/** Only where a test looks at a film is one made. */
beforeEach(async () => {
  await pool.hold();
});

/** Quick to make. */
const small = { size: '256x256', steps: 2, videoSteps: 1 } as const;
const create = (client: OpenAI, more: object = {}) =>
  client.videos.create({
    prompt: 'waves',
    seconds: '4',
    ...small,
    ...more,
  } as object as OpenAI.VideoCreateParams);
const completed = (client: OpenAI, id: string) =>
  eventually(async () => {
    const video = await client.videos.retrieve(id);
    expect(video).toMatchObject({ status: 'completed', error: null });
    return video;
  });
const bytesOf = async (answer: Promise<Response>) => Buffer.from(await (await answer).arrayBuffer());

test('a film is asked for, followed, fetched and deleted by the official package', async () => {
  const { client, person } = await enter();
  const { data: asked, response } = await create(client, { model: 'sora-2' }).withResponse();
  expect(asked).toMatchObject({
    object: 'video',
    status: 'queued',
    prompt: 'waves',
    // The nearest that the workflow makes.
    size: '512x512',
    seconds: '4',
    completed_at: null,
    remixed_from_video_id: null,
  });
  expect(Number(response.headers.get('openai-poll-after-ms'))).toBeGreaterThanOrEqual(2_000);
  expect((await errorOf(client.videos.downloadContent(asked.id))).status).toBe(404);
  await pool.release();
  const made = await completed(client, asked.id);
  expect([made.progress, made.size]).toEqual([100, '512x512']);
  expect(made.expires_at ?? 0).toBeGreaterThan(made.completed_at ?? Number.POSITIVE_INFINITY);
  const film = await bytesOf(client.videos.downloadContent(asked.id));
  expect(film.toString('latin1', 4, 8)).toBe('ftyp');
  // A film is completed before a dispatcher has drawn its poster: here none has.
  await Asset.query(platform.db.database)
    .where({ taskId: taskIdOf(asked.id) })
    .patch({ thumbnailKey: null, thumbnailTries: 0 });
  const posters = await Promise.all(
    [1, 2, 3].map(() => bytesOf(client.videos.downloadContent(asked.id, { variant: 'thumbnail' }))),
  );
  for (const poster of posters) expect(poster.toString('latin1', 8, 12)).toBe('WEBP');
  const part = await client.videos.downloadContent(asked.id, {}, { headers: { range: 'bytes=4-7' } });
  expect([part.status, await part.text()]).toEqual([206, 'ftyp']);
  const [task] = await tasksOf(person);
  expect(await balanceOf(person)).toEqual({ available: 1_000 - (task?.cost ?? 0), held: 0 });
  expect(await client.videos.delete(asked.id)).toEqual({
    id: asked.id,
    object: 'video.deleted',
    deleted: true,
  });
  expect((await errorOf(client.videos.retrieve(asked.id))).status).toBe(404);
  expect((await client.videos.list()).data).toEqual([]);
});

test('the AI SDK makes a film by OpenRouter’s addresses, and opens it without the key', async () => {
  const { key, person } = await enter();
  await pool.release();
  const router = createOpenRouter({ apiKey: key, baseURL: `${api.url}/api/v1` });
  const fetched: string[] = [];
  const { videos, providerMetadata } = await generateVideo({
    model: router.videoModel('sora-2', { pollIntervalMs: 250, extraBody: { duration: 1 } }),
    prompt: 'waves',
    aspectRatio: '1:1',
    seed: 3,
    async download({ url }) {
      fetched.push(url.pathname);
      const response = await fetch(api.url + url.pathname + url.search);
      return { data: new Uint8Array(await response.arrayBuffer()), mediaType: 'video/mp4' };
    },
  });
  expect(Buffer.from(videos[0]?.uint8Array ?? []).toString('latin1', 4, 8)).toBe('ftyp');
  expect(fetched[0]).toMatch(/^\/files\//);
  const [task] = await tasksOf(person);
  expect(task).toMatchObject({ status: 'succeeded', params: { prompt: 'waves', seed: 3 } });
  expect(task?.params.width).toBe(task?.params.height);
  expect(providerMetadata).toMatchObject({ openrouter: { cost: task?.cost } });
  await pool.hold();
});

test('a film begins with a picture that comes as a file or inside JSON', async () => {
  const { client, person, key } = await enter();
  const picture = await createTwoColours(256, 256).png().toBuffer();
  const still = { steps: 1, frames: undefined, videoSteps: undefined, size: undefined };
  const file = new File([new Uint8Array(picture)], 'first.png', { type: 'image/png' });
  await create(client, { ...still, input_reference: file });
  const image_url = `data:image/png;base64,${picture.toString('base64')}`;
  await create(client, { ...still, input_reference: { image_url } });
  const sent = await fetch(`${api.url}/v1/videos`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ prompt: 'waves', seconds: 4, steps: 1, input_reference: { image_url } }),
  });
  expect(sent.status).toBe(200);
  const tasks = await tasksOf(person);
  expect(tasks.map(({ params }) => [params.steps, typeof params.image])).toEqual(
    Array(3).fill([1, 'string']),
  );
});

test('a remix changes the words alone, and names what it came from', async () => {
  const { client, person } = await enter();
  const { id } = await create(client, { seed: 7 });
  const remixed = await client.videos.remix(id, { prompt: 'a storm' });
  expect(remixed).toMatchObject({ prompt: 'a storm', remixed_from_video_id: id, seconds: '4' });
  const [later, first] = await tasksOf(person);
  expect(later?.params).toEqual({ ...first?.params, prompt: 'a storm' });
  expect((await client.videos.list({ limit: 1 })).data.map((video) => video.id)).toEqual([remixed.id]);
  const all: string[] = [];
  for await (const video of client.videos.list({ limit: 1 })) all.push(video.id);
  expect(all).toEqual([remixed.id, id]);
});

test('an unfinished film that is deleted is cancelled, and what was not computed comes back', async () => {
  const { client, person } = await enter();
  const { id } = await create(client);
  expect((await balanceOf(person)).held).toBeGreaterThan(0);
  await client.videos.delete(id);
  expect(await client.videos.retrieve(id)).toMatchObject({ status: 'failed', error: { code: 'cancelled' } });
  expect(await balanceOf(person)).toEqual({ available: 1_000, held: 0 });
});

test('films that were deleted hide no older one from a list', async () => {
  const { client, person } = await enter();
  const { id } = await create(client);
  const { database } = platform.db;
  const userId = person.user.id;
  for (let gone = 0; gone < 4; gone += 1) {
    const made = { type: 'text2video', status: 'succeeded', cost: 0 } as const;
    const { id: taskId } = await createQueuedTask(database, userId, made);
    const price = { taskId, userId, amount: 0 };
    const settle = { kind: 'capture' } as const;
    await inTransaction(database, (trx) => settleHold({ clock: systemClock }, trx, price, settle));
  }
  const { data, has_more: hasMore } = await client.videos.list({ limit: 2 });
  expect([data.map((video) => video.id), hasMore]).toEqual([[id], false]);
});

test('the same request under the same key is one film', async () => {
  const { client, person } = await enter();
  const body = { prompt: 'waves', seconds: '4', ...small } as object as OpenAI.VideoCreateParams;
  const headers = { 'Idempotency-Key': 'one-film' };
  const [first, again] = [
    await client.videos.create(body, { headers }),
    await client.videos.create(body, { headers }),
  ];
  expect(again.id).toBe(first.id);
  expect(await tasksOf(person)).toHaveLength(1);
});

test('what cannot be made is refused in the words of the protocol, and holds nothing', async () => {
  const { client, person } = await enter();
  const refused = async (more: object) => {
    const { status, param, code } = await errorOf(create(client, more));
    return [status, param, code];
  };
  expect(await refused({ seconds: '900' })).toEqual([400, 'seconds', 'invalid_value']);
  expect(await refused({ seconds: 'long' })).toEqual([400, 'seconds', 'invalid_value']);
  expect(await refused({ size: 'wide' })).toEqual([400, 'size', 'invalid_value']);
  expect(await refused({ prompt: '' })).toEqual([400, 'prompt', 'invalid_value']);
  expect(await refused({ frames: 3 })).toEqual([400, 'frames', 'invalid_value']);
  expect(await refused({ input_reference: { image_url: 'file:///etc/passwd' } })).toEqual([
    400,
    'input_reference',
    'invalid_value',
  ]);
  expect((await errorOf(create(client, { model: 'nothing' }))).status).toBe(404);
  expect((await errorOf(create(client, { model: 'z-image' }))).status).toBe(400);
  const video = { id: 'video_1' };
  expect((await errorOf(client.videos.edit({ prompt: 'a', video }))).status).toBe(400);
  expect((await errorOf(client.videos.extend({ prompt: 'a', seconds: '4', video }))).status).toBe(400);
  expect((await errorOf(client.videos.getCharacter('one'))).status).toBe(404);
  expect((await errorOf(client.videos.retrieve('video_1'))).status).toBe(404);
  expect((await errorOf(client.videos.list({ order: 'asc' }))).status).toBe(400);
  await set({ PRICE_PERCENT: 10_000 });
  const poor = await errorOf(create(client, { videoSteps: 50 }));
  await set({ PRICE_PERCENT: null });
  expect([poor.status, poor.code]).toEqual([402, 'insufficient_quota']);
  expect(await tasksOf(person)).toEqual([]);
  expect(await balanceOf(person)).toEqual({ available: 1_000, held: 0 });
});

test('a film is its own person’s alone', async () => {
  const [one, other] = [await enter(), await enter()];
  const { id } = await create(one.client);
  for (const ask of [
    () => other.client.videos.retrieve(id),
    () => other.client.videos.downloadContent(id),
    () => other.client.videos.delete(id),
    () => other.client.videos.remix(id, { prompt: 'mine' }),
  ])
    expect((await errorOf(ask())).status).toBe(404);
  expect((await other.client.videos.list()).data).toEqual([]);
  expect(await tasksOf(other.person)).toEqual([]);
  const names = (await one.client.models.list()).data.map(({ id: name }) => name);
  const at = (name: string) => names.indexOf(name);
  expect(at('text2video')).toBeGreaterThan(at('text2img'));
  expect(Math.min(...['text2video', 'img2video'].map(at))).toBeGreaterThan(at('inpaint'));
});

test('a film of OpenRouter’s form is one under its key, its own person’s alone, and refused in its words', async () => {
  const [one, other] = [await enter(), await enter()];
  const ask = async (key: string, path = '', body?: object, headers: Record<string, string> = {}) => {
    const init = body ? { method: 'POST', body: JSON.stringify(body) } : {};
    const response = await fetch(`${api.url}/api/v1/videos${path}`, {
      ...init,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const picture = await createTwoColours(256, 256).png().toBuffer();
  const image_url = { url: `data:image/png;base64,${picture.toString('base64')}` };
  const frame = { type: 'image_url', image_url, frame_type: 'first_frame' };
  const body = {
    prompt: 'waves',
    duration: 2,
    resolution: '480p',
    frame_images: [frame],
    generate_audio: false,
  };
  const headers = { 'idempotency-key': 'one-job' };
  const [made, again] = [await ask(one.key, '', body, headers), await ask(one.key, '', body, headers)];
  const isOpen = expect.stringMatching(/^(?:pending|in_progress)$/);
  expect(made).toMatchObject({ status: 200, body: { status: isOpen } });
  expect(again.body.id).toBe(made.body.id);
  expect(made.body.polling_url).toBe(`/api/v1/videos/${made.body.id}`);
  expect(await tasksOf(one.person)).toMatchObject([{ type: 'img2video' }]);
  const path = `/${made.body.id}`;
  expect((await ask(one.key, path)).body).toMatchObject({ id: made.body.id });
  for (const of of [path, `${path}/content`, '/video_1'])
    expect(await ask(other.key, of)).toMatchObject({ status: 404, body: { error: { code: 404 } } });
  expect((await ask('sgk_none')).status).toBe(405);
  expect(await ask('sgk_none', path)).toMatchObject({ status: 401, body: { error: { code: 401 } } });
  const { data } = (await ask(one.key, '/models')).body as { data: { id: string }[] };
  expect(data.map(({ id }) => id)).toEqual(expect.arrayContaining(['text2video', 'img2video']));
  expect(data.map(({ id }) => id)).not.toContain('text2img');
  // Its place in the queue may be told meanwhile.
  const listIds = async () => (await tasksOf(one.person)).map(({ id }) => id);
  const before = await listIds();
  for (const wrong of [
    { duration: 'long' },
    { aspect_ratio: 'wide' },
    { frame_images: [{ ...frame, frame_type: 'last_frame' }] },
    { frame_images: [frame], input_references: [frame] },
    { callback_url: 'https://example.com' },
  ])
    expect(await ask(one.key, '', { prompt: 'waves', ...wrong })).toMatchObject({
      status: 400,
      body: { error: { code: 400 } },
    });
  expect(await listIds()).toEqual(before);
});
