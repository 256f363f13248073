import { Asset } from '@star-graph/core/ground/db/models/asset';
import { Task, type TaskImage } from '@star-graph/core/ground/db/models/task';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { firstIdAt, newId } from '@star-graph/core/ground/runtime/ids';
import { countMonths } from '@star-graph/core/library/assets/countMonths';
import { listAssets } from '@star-graph/core/library/assets/listAssets';
import { createPromptFilters } from '@star-graph/core/library/assets/promptFilters';
import { countRowsRead } from '@star-graph/core/testing/db/queryPlans';
import { styles } from '@star-graph/workflows/shared/styles';
import { expect, test } from 'vitest';
import { codeOf } from '../../testing/servers/apiServer.ts';
import { daysAgo, memberFixture } from '../../testing/servers/memberServer.ts';

const { platform, api, makeResult } = memberFixture({});

async function newPerson() {
  const { accessToken: token, user } = await api.signUp();
  return { token, userId: user.id as string };
}
type Person = Awaited<ReturnType<typeof newPerson>>;

const list = async ({ token }: Person, query: Record<string, string> = {}) =>
  (await api.call(`/api/v1/assets?${new URLSearchParams(query)}`, { token })).body;
const idsOf = (page: { items: { id: string }[] }) => page.items.map(({ id }) => id);

const film = { mime: 'video/mp4', storageKey: 'inputs/a/film.mp4' };

/** All pages. */
async function listAll(who: Person, query: Record<string, string> = {}) {
  const ids: string[] = [];
  let pages = 0;
  for (let cursor = {}; ; ) {
    const page = await list(who, { ...query, ...cursor });
    ids.push(...idsOf(page));
    pages += 1;
    if (page.nextCursor === null) return { ids, pages };
    cursor = { cursor: page.nextCursor };
  }
}

/** A result of a task with these parameters. */
async function makeWith(who: Person, params: Record<string, unknown>, values: Partial<Asset> = {}) {
  const { task, assetId } = await makeResult(who.userId);
  await Task.query(platform.db.database).findById(task.id).patch({ params });
  if (Object.keys(values).length > 0) await Asset.query(platform.db.database).findById(assetId).patch(values);
  return { taskId: task.id, assetId };
}

const makeUpload = async (who: Person, values: Partial<Asset> = {}) => {
  const { assetId } = await makeResult(who.userId);
  await Asset.query(platform.db.database)
    .findById(assetId)
    .patch({ kind: 'input', taskId: null, ...values });
  return assetId;
};

test('a person’s results and uploads are listed once, newest first', async () => {
  const [ann, bob] = [await newPerson(), await newPerson()];
  const made: string[] = [];
  for (let round = 0; round < 4; round++) {
    made.push((await makeResult(ann.userId)).assetId, await makeUpload(ann));
    await makeResult(bob.userId);
  }
  for (const hidden of [{ deletedAt: new Date() }, { quarantinedAt: new Date() }, { isMask: true }])
    await makeWith(ann, {}, hidden);
  for (const limit of ['1', '3', '8', '200'])
    expect((await listAll(ann, { limit })).ids, limit).toEqual(made.toReversed());
  for (const limit of ['0', '201', 'x']) {
    const refused = await api.call(`/api/v1/assets?limit=${limit}`, { token: ann.token });
    expect([refused.status, codeOf(refused)]).toEqual([422, 'invalid-params']);
  }
  const foreignCursor = await api.call('/api/v1/assets?cursor=abc', { token: ann.token });
  expect([foreignCursor.status, codeOf(foreignCursor)]).toEqual([422, 'invalid-params']);
});

test('an entry tells what made it, with links to its files', async () => {
  const ann = await newPerson();
  const prompt = '🦊'.repeat(400);
  const { taskId, assetId } = await makeWith(ann, { prompt, model: 'a.safetensors' }, { favourite: true });
  const parent = await makeResult((await newPerson()).userId);
  const file = { assetId: parent.assetId, sha256: 'd'.repeat(64), mime: 'image/png', storageKey: 'k' };
  const image = { ...file, width: 8, height: 8, orientation: 1 } as TaskImage;
  await Task.query(platform.db.database)
    .findById(taskId)
    .patch({ parentId: parent.task.id, images: { image, mask: image } });
  const uploadId = await makeUpload(ann, { ...film, durationMs: 2_000, frames: 48 });
  const { items } = await list(ann);
  expect(items).toMatchObject([
    { id: uploadId, kind: 'input', media: 'video', durationMs: 2_000, fps: 24 },
    {
      id: assetId,
      kind: 'output',
      media: 'image',
      favourite: true,
      width: 8,
      height: 8,
      task: {
        id: taskId,
        workflow: { name: 'text2img', version: 1 },
        model: 'a.safetensors',
        parentId: parent.task.id,
        inputs: [parent.assetId],
      },
    },
  ]);
  expect(items[0]).not.toHaveProperty('task');
  expect(items[1].task.prompt).toBe('🦊'.repeat(300));
  expect(Date.parse(items[1].createdAt)).not.toBeNaN();
  expect(items[1].url).toContain('/files/outputs/');
});

test('each filter finds what it names, alone and together with others', async () => {
  const ann = await newPerson();
  const old = (await makeResult(ann.userId, { at: daysAgo(10) })).assetId;
  const video = (await makeWith(ann, { model: 'b' }, film)).assetId;
  const upload = await makeUpload(ann);
  const kept = await makeWith(ann, { model: 'b', prompt: 'a fox' }, { favourite: true });
  await Task.query(platform.db.database).findById(kept.taskId).patch({ workflowName: 'upscale' });
  const [style] = styles;
  const styled = { prompt: `a pier, ${style?.words.toUpperCase()}, dusk`, seed: 2 ** 53 - 1 };
  const wide = (await makeWith(ann, styled, { width: 9 })).assetId;
  const tall = (await makeWith(ann, { seed: 1, prompt: style?.words.split(',')[0] }, { height: 9 })).assetId;
  const found = async (query: Record<string, string>) => (await listAll(ann, query)).ids;
  expect(await found({ media: 'video' })).toEqual([video]);
  expect(await found({ kind: 'input' })).toEqual([upload]);
  expect(await found({ kind: 'output' })).toEqual([tall, wide, kept.assetId, video, old]);
  expect(await found({ style: style?.name ?? '' })).toEqual([wide]);
  expect(await found({ style: style?.name ?? '', q: 'dusk pier' })).toEqual([wide]);
  expect(await found({ style: style?.name ?? '', q: 'fox' })).toEqual([]);
  expect(await found({ seed: String(2 ** 53 - 1) })).toEqual([wide]);
  expect(await found({ seed: '1' })).toEqual([tall]);
  expect(await found({ shape: 'landscape' })).toEqual([wide]);
  expect(await found({ shape: 'portrait' })).toEqual([tall]);
  expect(await found({ shape: 'square', kind: 'output' })).toEqual([kept.assetId, video, old]);
  for (const wrong of ['style=none', 'seed=-1', 'seed=1.5', 'shape=round'])
    expect((await api.call(`/api/v1/assets?${wrong}`, { token: ann.token })).status, wrong).toBe(422);
  expect(await found({ workflow: 'upscale' })).toEqual([kept.assetId]);
  expect(await found({ model: 'b' })).toEqual([kept.assetId, video]);
  expect(await found({ favourite: 'true' })).toEqual([kept.assetId]);
  expect(await found({ from: daysAgo(1).toISOString() })).toEqual([tall, wide, kept.assetId, upload, video]);
  expect(await found({ model: 'b', media: 'image', q: 'FOX', favourite: 'true' })).toEqual([kept.assetId]);
  expect(await found({ model: 'b', kind: 'input' })).toEqual([]);
});

test('each order has every picture once on pages of any size, and goes on with filters and sets', async () => {
  const ann = await newPerson();
  const values = [
    { bytes: 5, favourite: true },
    { bytes: 9 },
    { bytes: 5 },
    { bytes: 7, favourite: true },
    { bytes: 5 },
  ];
  const made: string[] = [];
  for (const each of values) made.push((await makeWith(ann, { prompt: 'a fox' }, each)).assetId);
  const inOrder = (...places: number[]) => places.map((place) => made[place]);
  const orders = {
    newest: inOrder(4, 3, 2, 1, 0),
    oldest: inOrder(0, 1, 2, 3, 4),
    favourites: inOrder(3, 0, 4, 2, 1),
    largest: inOrder(1, 3, 4, 2, 0),
  };
  const post = (path: string, body: object) => api.call(`/api/v1/${path}`, { token: ann.token, body });
  const { id: collection } = (await post('collections', { name: 'some' })).body;
  const some = inOrder(0, 1, 4);
  await post(`collections/${collection}/additions`, { ids: some });
  await post('assets/tags', { ids: some, add: ['red'] });
  const sets: Record<string, string>[] = [
    { collection },
    { tag: 'red' },
    { tag: 'red', collection, q: 'FOX' },
  ];
  for (const [sort, ids] of Object.entries(orders)) {
    for (const limit of ['1', '2', '200'])
      expect((await listAll(ann, { sort, limit })).ids, `${sort} ${limit}`).toEqual(ids);
    for (const set of sets)
      expect((await listAll(ann, { sort, limit: '2', ...set })).ids, `${sort} ${Object.keys(set)}`).toEqual(
        ids.filter((id) => some.includes(id)),
      );
    expect((await listAll(ann, { sort, favourite: 'true', limit: '1' })).ids, sort).toEqual(
      ids.filter((id) => inOrder(0, 3).includes(id)),
    );
  }
  // A place in one order is none in another.
  const { nextCursor } = await list(ann, { sort: 'largest', limit: '1' });
  for (const wrong of [`sort=oldest&cursor=${nextCursor}`, 'sort=random']) {
    const refused = await api.call(`/api/v1/assets?${wrong}`, { token: ann.token });
    expect([refused.status, codeOf(refused)], wrong).toEqual([422, 'invalid-params']);
  }
});

test('a page in the middle of an order reads no more of it than a window', async () => {
  const { userId } = await newPerson();
  const ids = await makeMany(
    userId,
    Array.from({ length: 4_000 }, (_, n) => `study ${n}`),
  );
  const { database } = platform.db;
  await database('assets').whereIn('id', ids.slice(0, 2_000)).update({ bytes: 2, favourite: true });
  for (const sort of ['oldest', 'favourites', 'largest'] as const) {
    const key = sort === 'oldest' ? '' : sort === 'largest' ? '2 ' : '1 ';
    const read = await countRowsRead(database, async (trx) => {
      const page = { limit: 60, beforeId: `${key}${ids[1_000]}` };
      const { found } = await listAssets(trx, userId, { sort }, page);
      const step = sort === 'oldest' ? 1 : -1;
      expect(found.map(({ asset }) => asset.id)).toEqual(
        Array.from({ length: 60 }, (_, n) => ids[1_000 + step * (n + 1)]),
      );
    });
    // The window's end, the page, and the page's tasks.
    expect(read, sort).toBeLessThan(500 + 3 * 60 + 20);
  }
});

test('a prompt is found by parts of words in any script', async () => {
  const ann = await newPerson();
  const bob = await newPerson();
  const fox = (await makeWith(ann, { prompt: 'A red FOX, 100% sharp, in_snow' })).assetId;
  const chinese = (await makeWith(ann, { prompt: '雪地里的红色狐狸' })).assetId;
  const plain = (await makeWith(ann, { prompt: 'nothing "here" \\ but 🦊' })).assetId;
  await makeWith(bob, { prompt: 'a fox 狐狸' });
  await makeUpload(ann);
  const found = async (q: string) => (await listAll(ann, { q })).ids;
  expect(await found('fox')).toEqual([fox]);
  expect(await found('  snow   Red ')).toEqual([fox]);
  expect(await found('红色狐狸')).toEqual([chinese]);
  expect(await found('100%')).toEqual([fox]);
  expect(await found('n_s')).toEqual([fox]);
  expect(await found('t_i')).toEqual([]);
  expect(await found('"here"')).toEqual([plain]);
  expect(await found('\\')).toEqual([plain]);
  expect(await found('🦊')).toEqual([plain]);
  expect(await found('💥')).toEqual([]);
  expect(await found('')).toHaveLength(4);
  const words = Array.from({ length: 11 }, (_, n) => `w${n}`);
  const refused = await api.call(`/api/v1/assets?q=${words.join('+')}`, { token: ann.token });
  expect([refused.status, refused.body.errors[0].pointer]).toEqual([422, '/q']);
});

test('a search goes on page by page over any number of pictures', async () => {
  const ann = await newPerson();
  const oldest = await makeWith(ann, { prompt: 'a lighthouse' });
  const rows = Array.from({ length: 6_000 }, () => {
    const id = newId();
    return {
      id,
      userId: ann.userId,
      kind: 'input',
      mime: 'image/png',
      width: 8,
      height: 8,
      bytes: 1,
      sha256: 'd'.repeat(64),
      storageKey: `inputs/${id}.png`,
      createdAt: new Date(),
    };
  });
  await platform.db.database.batchInsert('assets', rows, 1_000);
  expect(await listAll(ann, { q: 'lighthouse' })).toEqual({ ids: [oldest.assetId], pages: 2 });
  const first = await list(ann, { q: 'lighthouse' });
  expect([first.items, typeof first.nextCursor]).toEqual([[], 'string']);
  const { ids } = await listAll(ann, { limit: '200' });
  expect(ids).toEqual([...rows.map(({ id }) => id).toReversed(), oldest.assetId]);
});

/** Pictures of so many tasks, the oldest first, made within the hour before a time. */
async function makeMany(userId: string, prompts: readonly string[], at = daysAgo(2)) {
  const { database } = platform.db;
  const { task } = await makeResult(userId);
  const row = await database('tasks').where({ id: task.id }).first();
  const ids = prompts.map((_, n) => [
    firstIdAt(at.getTime() + n * 10).replace(
      /0000-0000-000000000000$/,
      `7000-8000-${String(n).padStart(12, '0')}`,
    ),
    newId(),
  ]) as [string, string][];
  await database.batchInsert(
    'tasks',
    prompts.map((prompt, n) => ({ ...row, id: ids[n]?.[1], params: JSON.stringify({ prompt }) })),
    500,
  );
  const picture = { userId, kind: 'output', mime: 'image/png', width: 8, height: 8, bytes: 1 };
  await database.batchInsert(
    'assets',
    ids.map(([id, taskId]) => ({
      ...picture,
      id,
      taskId,
      sha256: 'd'.repeat(64),
      storageKey: `outputs/${id}.png`,
      createdAt: at,
    })),
    500,
  );
  return ids.map(([id]) => id);
}

test('a search reads what may match and no other prompt, and finds what it found before', async () => {
  const { userId } = await newPerson();
  const { database } = platform.db;
  const rare = [
    'fox',
    'Straße',
    'naïve ＨＥＲＯＮ',
    '红色狐狸 FOX',
    '🦊',
    'e\u0301lan',
    'a\u200bb',
    '100% "x"',
  ];
  const prompts = Array.from({ length: 3_000 }, (_, n) => {
    const also = n % 350 === 200 ? `, ${rare[Math.floor(n / 350) % rare.length]}` : '';
    return `a lighthouse in a storm, study ${n % 97}, golden hour${also}`;
  });
  const ids = await makeMany(userId, prompts);
  const found = async (q: string) => {
    const { found, beforeId } = await listAssets(database, userId, { words: q.split(' ') }, { limit: 200 });
    expect(beforeId).toBeUndefined();
    return found.map(({ asset }) => asset.id);
  };
  const searches = [
    ...['FO', 'strasse', 'straße', 'aïve', 'heron', '狐狸', '红', '🦊', 'élan', 'ab', '0%', '"x"', '\\'],
    ...['fox lighthouse', 'storm study 96', 'dragon', 'golden dragon', 'fox 狐狸', 'q'],
  ];
  const before = new Map<string, string[]>();
  for (const q of searches) before.set(q, await found(q));
  expect(before.get('fox lighthouse')).toHaveLength(2);

  const filters = createPromptFilters({ database, clock: systemClock });
  const runFilters = async (): Promise<number> => {
    await filters.run(new AbortController().signal);
    return (await database('prompt_filters').where({ userId })).length;
  };
  const join = { fromId: newId(), intoId: userId, joinedAt: new Date() };
  await database('account_joins').insert(join);
  expect(await runFilters()).toBe(0);
  await database('account_joins').where({ intoId: userId }).delete();
  expect(await runFilters()).toBe(6);
  for (const q of searches) expect(await found(q), q).toEqual(before.get(q));

  const reads = (word: string, beforeId?: string) =>
    countRowsRead(database, (trx) =>
      listAssets(trx, userId, { words: [word] }, { limit: 60, ...(beforeId && { beforeId }) }),
    );
  // The newest picture has no filter yet.
  expect(await reads('dragon')).toBeLessThan(50);
  expect(await reads('dragon', ids[1_700])).toBeLessThan(50);
  // One filter may match: each of its 500 pictures is looked at twice, and its task once.
  expect(await reads('heron')).toBeLessThan(500 * 4);

  // What comes later is found too, and what is gone leaves no filter behind.
  const [late] = await makeMany(userId, ['a dragon'], new Date());
  expect(await found('dragon')).toEqual([late]);
  const gone = ids.slice(0, 500);
  await database('assets').whereIn('id', gone).delete();
  expect(await runFilters()).toBe(5);
  for (const q of ['FO', 'storm study 96'])
    expect(await found(q), q).toEqual(before.get(q)?.filter((id) => !gone.includes(id)));
});

test('counting the months reads each picture once, and nothing between months', async () => {
  const { userId } = await newPerson();
  const rows = Array.from({ length: 2_000 }, (_, n) => {
    const [id, createdAt] = [newId(), new Date(Date.UTC(2_016 + (n % 4) * 3, n % 2, 1 + (n % 28)))];
    return {
      id,
      userId,
      kind: 'input',
      mime: 'image/png',
      width: 8,
      height: 8,
      bytes: 1,
      createdAt,
      sha256: 'd'.repeat(64),
      storageKey: `inputs/${id}.png`,
    };
  });
  const { database } = platform.db;
  await database.batchInsert('assets', rows, 1_000);
  const read = await countRowsRead(database, async (trx) => {
    const months = await countMonths(trx, userId, 0);
    expect(months.map(({ month }) => month)).toEqual(['2025-02', '2022-01', '2019-02', '2016-01']);
    expect(months.map(({ count }) => count)).toEqual([500, 500, 500, 500]);
  });
  expect(read).toBeGreaterThanOrEqual(rows.length);
  expect(read).toBeLessThan(rows.length * 1.05);
});

test('what was made from a picture is listed, and nothing else', async () => {
  const [ann, bob] = [await newPerson(), await newPerson()];
  const source = await makeWith(ann, { prompt: 'a fox' });
  const use = async (who: Person, values: Partial<Task>) => {
    const { taskId, assetId } = await makeWith(who, {});
    await Task.query(platform.db.database).findById(taskId).patch(values);
    return assetId;
  };
  const images = (assetId: string) => ({ image: { assetId } as TaskImage });
  const upscaled = await use(ann, { images: images(source.assetId), parentId: source.taskId });
  const again = await use(ann, { parentId: source.taskId });
  // Of the same task, but from another of its results.
  await use(ann, { images: images(newId()), parentId: source.taskId });
  await use(bob, { images: images(source.assetId) });
  await use(ann, {});
  const path = `/api/v1/assets/${source.assetId}/children`;
  const { body } = await api.call(path, { token: ann.token });
  expect([idsOf(body), body.nextCursor]).toEqual([[again, upscaled], null]);
  const first = (await api.call(`${path}?limit=1`, { token: ann.token })).body;
  const rest = (await api.call(`${path}?limit=1&cursor=${first.nextCursor}`, { token: ann.token })).body;
  expect([...idsOf(first), ...idsOf(rest)]).toEqual([again, upscaled]);
  expect((await api.call(path, { token: bob.token })).status).toBe(404);
});

test('the months count exactly what a person is shown', async () => {
  const [ann, bob] = [await newPerson(), await newPerson()];
  const at = (text: string) => ({ at: new Date(text) });
  for (const time of ['2026-01-31T23:59:59.999Z', '2026-02-01T00:00:00.000Z', '2026-02-28T12:00:00.000Z'])
    await makeResult(ann.userId, at(time));
  await makeResult(bob.userId, at('2026-02-01T00:00:00.000Z'));
  for (const hidden of [{ deletedAt: new Date() }, { quarantinedAt: new Date() }, { isMask: true }])
    await makeWith(ann, {}, { createdAt: new Date('2026-01-01T00:00:00Z'), ...hidden });
  const { body } = await api.call('/api/v1/assets/timeline', { token: ann.token });
  expect(body).toEqual({
    months: [
      { month: '2026-02', count: 2 },
      { month: '2026-01', count: 1 },
    ],
  });
  const months = async (utcOffset: string) =>
    (await api.call(`/api/v1/assets/timeline?utcOffset=${utcOffset}`, { token: ann.token })).body.months;
  expect(await months('480')).toEqual([{ month: '2026-02', count: 3 }]);
  expect(await months('-1')).toEqual([
    { month: '2026-02', count: 1 },
    { month: '2026-01', count: 2 },
  ]);
  const refused = await api.call('/api/v1/assets/timeline?utcOffset=841', { token: ann.token });
  expect([refused.status, codeOf(refused)]).toEqual([422, 'invalid-params']);
});
