import { applyRetention } from '@star-graph/core/desk/retention/retention';
import { Asset } from '@star-graph/core/ground/db/models/asset';
import { Task } from '@star-graph/core/ground/db/models/task';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { silentLogger } from '@star-graph/core/testing/dispatch/dispatchSetup';
import { expect, test } from 'vitest';
import { codeOf } from '../../testing/servers/apiServer.ts';
import { daysAgo, type Member, memberFixture } from '../../testing/servers/memberServer.ts';

const { platform, api, newMember, makeResult } = memberFixture({ FAVOURITES_PER_USER: '3' });

const favour = (who: Member, assetId: string, method = 'PUT') =>
  api.call(`/api/v1/assets/${assetId}/favourite`, { ...who, method });
const favouritesOf = async (who: Member, query = '') =>
  (await api.call(`/api/v1/favourites${query}`, { ...who })).body;
const idsOf = (list: { items: { asset: { id: string } }[] }) => list.items.map(({ asset }) => asset.id);

test('a favourite is kept once, with its task, until dropped', async () => {
  const ann = await newMember();
  const made = [await makeResult(ann.userId), await makeResult(ann.userId), await makeResult(ann.userId)];
  const ids = made.map(({ assetId }) => assetId);
  for (const id of [...ids, ...ids]) {
    const kept = await favour(ann, id);
    expect([kept.status, kept.body.favourite]).toEqual([200, true]);
  }
  const first = await favouritesOf(ann, '?limit=2');
  const rest = await favouritesOf(ann, `?limit=2&cursor=${first.nextCursor}`);
  expect([...idsOf(first), ...idsOf(rest)]).toEqual(ids.toReversed());
  expect(rest.nextCursor).toBe(null);
  expect(first.items[0].task).toMatchObject({ id: made[2]?.task.id, outputs: [{ favourite: true }] });
  for (let time = 0; time < 2; time++) expect((await favour(ann, ids[1] ?? '', 'DELETE')).status).toBe(204);
  expect(idsOf(await favouritesOf(ann))).toEqual([ids[2], ids[0]]);
  expect((await api.call(`/api/v1/assets/${ids[1]}`, { ...ann })).body).not.toHaveProperty('favourite');
});

test('a person cannot keep others’ results, uploads, deleted or quarantined ones, indistinguishably', async () => {
  const [ann, bob] = [await newMember(), await newMember()];
  const { assetId } = await makeResult(ann.userId);
  for (const method of ['PUT', 'DELETE']) {
    const foreign = await favour(bob, assetId, method);
    expect([foreign.status, codeOf(foreign)]).toEqual([404, 'not-found']);
  }
  expect((await favour(ann, assetId)).status).toBe(200);
  expect((await favour(bob, assetId, 'DELETE')).status).toBe(404);
  expect([idsOf(await favouritesOf(ann)), idsOf(await favouritesOf(bob))]).toEqual([[assetId], []]);
  const { database } = platform.db;
  const upload = await makeResult(ann.userId);
  await Asset.query(database).findById(upload.assetId).patch({ kind: 'input' });
  expect((await favour(ann, upload.assetId)).status).toBe(404);
  await Asset.query(database).findById(assetId).patch({ quarantinedAt: new Date() });
  expect((await favour(ann, assetId)).status).toBe(404);
  expect(idsOf(await favouritesOf(ann))).toEqual([]);
  const deleted = await makeResult(ann.userId);
  await favour(ann, deleted.assetId);
  expect((await api.call(`/api/v1/assets/${deleted.assetId}`, { ...ann, method: 'DELETE' })).status).toBe(
    204,
  );
  expect((await favour(ann, deleted.assetId)).status).toBe(404);
  expect(idsOf(await favouritesOf(ann))).toEqual([]);
});

test('a person has no more favourites than allowed, even with simultaneous requests', async () => {
  const ann = await newMember();
  const made = await Promise.all(Array.from({ length: 6 }, () => makeResult(ann.userId)));
  // Gives each request its own database connection.
  await Promise.all(Array.from({ length: 24 }, () => favouritesOf(ann)));
  const answers = await Promise.all(made.map(({ assetId }) => favour(ann, assetId)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 429, 429, 429]);
  expect(answers.filter(({ status }) => status === 429).map(codeOf)).toEqual(Array(3).fill('quota-exceeded'));
  const [kept = ''] = idsOf(await favouritesOf(ann));
  expect((await favour(ann, kept)).status).toBe(200);
  await favour(ann, kept, 'DELETE');
  const refused = made[answers.findIndex(({ status }) => status === 429)];
  expect((await favour(ann, refused?.assetId ?? '')).status).toBe(200);
});

test('retention keeps favourites with their tasks, not dropped or deleted ones', async () => {
  const ann = await newMember();
  const { database } = platform.db;
  const at = daysAgo(400);
  const [kept, dropped, deleted, plain] = await Promise.all(
    Array.from({ length: 4 }, () => makeResult(ann.userId, { at })),
  );
  for (const one of [kept, dropped, deleted]) await favour(ann, one?.assetId ?? '');
  await favour(ann, dropped?.assetId ?? '', 'DELETE');
  await api.call(`/api/v1/assets/${deleted?.assetId}`, { ...ann, method: 'DELETE' });
  await Asset.query(database)
    .whereNotNull('deletedAt')
    .patch({ deletedAt: daysAgo(2), restorableUntil: daysAgo(1) });
  const deps = { database, clock: systemClock, logger: silentLogger };
  expect((await applyRetention(deps, { assetDays: 30, taskDays: 365, mostPercent: 25 })).failed).toEqual([]);
  const all = [kept, dropped, deleted, plain];
  const assets = await Asset.query(database).findByIds(all.map((one) => one?.assetId ?? ''));
  const tasks = await Task.query(database).findByIds(all.map((one) => one?.task.id ?? ''));
  expect(assets.map(({ id }) => id)).toEqual([kept?.assetId]);
  expect(tasks.map(({ id }) => id)).toEqual([kept?.task.id]);
  expect(idsOf(await favouritesOf(ann))).toEqual([kept?.assetId]);
});
