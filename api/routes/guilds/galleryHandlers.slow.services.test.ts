import { applyRetention } from '@star-graph/core/desk/retention/retention';
import { inTransaction } from '@star-graph/core/ground/db/connect';
import { Asset } from '@star-graph/core/ground/db/models/asset';
import { GalleryEntry } from '@star-graph/core/ground/db/models/gallery';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { newId } from '@star-graph/core/ground/runtime/ids';
import { joinStars } from '@star-graph/core/people/guilds/stars';
import { silentLogger } from '@star-graph/core/testing/dispatch/dispatchSetup';
import { expect, test } from 'vitest';
import { daysAgo, type Member, memberFixture } from '../../testing/servers/memberServer.ts';

const { platform, api, serviceKey, newMember, makeResult } = memberFixture({ FAVOURITES_PER_USER: '3' });

let guilds = 0;
/** A server with a gallery that takes so many stars. */
async function newGuild(galleryStars = 3, more: object = {}): Promise<string> {
  const guildId = String(420_000_000_000_000_000n + BigInt(++guilds));
  const body = { galleryChannelId: '430000000000000001', galleryStars, ...more };
  const path = `/api/v1/guilds/${guildId}/policy`;
  expect((await api.call(path, { token: serviceKey.key, method: 'PUT', body })).status).toBe(200);
  return guildId;
}
const open = { meta: { visibility: 'public' } };
const star = (who: Pick<Member, 'token'>, guildId: string, taskId: string, over: object = {}) =>
  api.call(`/api/v1/guilds/${guildId}/tasks/${taskId}/star`, {
    ...who,
    method: 'PUT',
    body: {
      index: 0,
      channelId: '440000000000000001',
      messageId: '450000000000000001',
      ageRestricted: false,
      ...over,
    },
  });
const workIn = async (guildId: string): Promise<string[]> => {
  const { items } = (await api.call('/api/v1/gallery', { token: serviceKey.key })).body;
  return items.flatMap((one: { id: string; discordGuildId: string }) =>
    one.discordGuildId === guildId ? [one.id] : [],
  );
};
const claim = async (id: string, ageRestricted = false) => {
  const path = `/api/v1/gallery/${id}/claim`;
  return (await api.call(path, { token: serviceKey.key, body: { ageRestricted } })).body;
};
const settle = async (id: string, body: object) => {
  const answer = await api.call(`/api/v1/gallery/${id}`, { token: serviceKey.key, method: 'PUT', body });
  expect(answer.status).toBe(204);
};
const posted = { outcome: 'posted', channelId: '430000000000000001', messageId: '460000000000000001' };
const entryOf = async (id: string) => (await GalleryEntry.query(platform.db.database).findById(id))?.state;

/** A result that is due in a gallery. */
async function makeDue(over: object = {}) {
  const [ann, bob, guildId] = [await newMember(), await newMember(), await newGuild(1)];
  const made = await makeResult(ann.userId, open);
  expect((await star(bob, guildId, made.task.id, over)).body).toMatchObject({ stars: 1, isDue: true });
  const [id = ''] = await workIn(guildId);
  return { ...made, ann, guildId, id };
}

test('each person counts once despite simultaneous presses, and one star suffices', async () => {
  const [ann, guildId] = [await newMember(), await newGuild(3)];
  const { task } = await makeResult(ann.userId, open);
  const members = await Promise.all(Array.from({ length: 6 }, newMember));
  const [first] = members;
  for (let time = 0; time < 4; time++)
    expect((await star(first as Member, guildId, task.id)).body).toEqual({
      stars: 1,
      isNew: time === 0,
      isDue: false,
    });
  expect(await workIn(guildId)).toEqual([]);
  const answers = await Promise.all([...members, ...members].map((who) => star(who, guildId, task.id)));
  expect(answers.map(({ status }) => status)).toEqual(Array(12).fill(200));
  expect(answers.filter(({ body }) => body.isNew)).toHaveLength(5);
  expect(answers.filter(({ body }) => body.isDue)).toHaveLength(1);
  expect(Math.max(...answers.map(({ body }) => body.stars))).toBe(6);
  expect(await workIn(guildId)).toHaveLength(1);
});

test('a star is refused for private, own and gone results', async () => {
  const [ann, bob, cleo] = [await newMember(), await newMember(), await newMember()];
  const blocks = { [cleo.headers['star-graph-act-for']?.slice(8) ?? '']: { reason: 'spam' } };
  const guildId = await newGuild(1, { blocks });
  const hidden = await makeResult(ann.userId, { meta: { visibility: 'private' } });
  const publish = (who: Member) =>
    api.call(`/api/v1/tasks/${hidden.task.id}`, { ...who, method: 'PATCH', body: { visibility: 'public' } });
  expect((await publish(bob)).status).toBe(404);
  expect((await star(bob, guildId, hidden.task.id)).status).toBe(404);
  expect((await publish(ann)).body.meta).toEqual({ visibility: 'public' });
  expect((await star(ann, guildId, hidden.task.id)).status).toBe(403);
  expect((await star(cleo, guildId, hidden.task.id)).status).toBe(403);
  expect((await star({ token: serviceKey.key }, guildId, hidden.task.id)).status).toBe(403);
  expect((await star(bob, '429999999999999999', hidden.task.id)).status).toBe(403);
  expect((await star(bob, guildId, hidden.task.id, { index: 1 })).status).toBe(404);
  expect((await star(bob, guildId, newId())).status).toBe(404);
  expect(await platform.db.database('stars').where({ guildId })).toEqual([]);
  expect((await star(bob, guildId, hidden.task.id)).body).toMatchObject({ stars: 1, isDue: true });
});

test('one of two processes posts, and nothing remains afterwards', async () => {
  const { id, guildId, assetId, ann, task } = await makeDue();
  const claims = await Promise.all([claim(id), claim(id)]);
  expect(claims.map(({ work }) => work).sort()).toEqual(['none', 'post']);
  expect(claims.find(({ work }) => work === 'post')).toMatchObject({
    claim: 1,
    stars: 1,
    madeBy: ann.headers['star-graph-act-for'],
    source: { channelId: '440000000000000001', messageId: '450000000000000001' },
    asset: { id: assetId },
    task: { id: task.id },
  });
  await settle(id, posted);
  expect(await workIn(guildId)).toEqual([]);
  expect((await claim(id)).work).toBe('none');
  await star(await newMember(), guildId, task.id);
  expect([await entryOf(id), await workIn(guildId)]).toEqual(['posted', []]);
});

test('an unconfirmed post is retried while its nonce holds, then given up', async () => {
  const { id } = await makeDue();
  const entry = () => GalleryEntry.query(platform.db.database).findById(id);
  const past = (ms: number) => new Date(Date.now() - ms);
  expect((await claim(id)).claim).toBe(1);
  await entry().patch({ workAt: past(1) });
  expect((await claim(id)).claim).toBe(2);
  await settle(id, { outcome: 'refused', claim: 1, retryAfterSeconds: 1 });
  await settle(id, { outcome: 'unwanted', claim: 1 });
  expect(await entryOf(id)).toBe('claimed');
  await entry().patch({ workAt: past(1), firstClaimedAt: past(121_000) });
  expect((await claim(id)).work).toBe('none');
  expect(await entryOf(id)).toBe('lost');
  // A late confirmation is accepted.
  await settle(id, posted);
  expect(await entryOf(id)).toBe('posted');
});

test('a refused post is retried later, an unwanted one is not', async () => {
  const { id, guildId } = await makeDue();
  await claim(id);
  await settle(id, { outcome: 'refused', claim: 1, retryAfterSeconds: 600 });
  expect([await entryOf(id), await workIn(guildId)]).toEqual(['due', []]);
  await GalleryEntry.query(platform.db.database).findById(id).patch({ workAt: new Date() });
  expect((await claim(id)).claim).toBe(2);
  await settle(id, { outcome: 'unwanted', claim: 2 });
  expect([await entryOf(id), (await claim(id)).work]).toEqual(['closed', 'none']);
});

test('an adult result goes only into a gallery for adults', async () => {
  const adult = { ageRestricted: true };
  const [one, other] = [await makeDue(adult), await makeDue(adult)];
  expect((await claim(one.id, false)).work).toBe('none');
  expect([await entryOf(one.id), (await claim(one.id, true)).work]).toEqual(['closed', 'none']);
  expect((await claim(other.id, true)).work).toBe('post');
});

test('a deleted or quarantined result leaves the gallery at any stage', async () => {
  const [there, quarantined, underway, due] = [
    await makeDue(),
    await makeDue(),
    await makeDue(),
    await makeDue(),
  ];
  for (const { id } of [there, quarantined]) {
    await claim(id);
    await settle(id, posted);
  }
  await claim(underway.id);
  for (const { ann, assetId } of [there, underway, due])
    await api.call(`/api/v1/assets/${assetId}`, { ...ann, method: 'DELETE' });
  const quarantine = { token: await api.signInAsAdmin(), body: { reason: 'other' } };
  await api.call(`/api/admin/assets/${quarantined.assetId}/quarantine`, quarantine);
  await settle(underway.id, posted);
  for (const { id, guildId } of [there, quarantined, underway]) {
    expect(await workIn(guildId)).toEqual([id]);
    const { channelId, messageId } = posted;
    expect(await claim(id)).toEqual({ work: 'withdraw', channelId, messageId });
    await settle(id, { outcome: 'withdrawn' });
    expect([await workIn(guildId), await entryOf(id)]).toEqual([[], 'closed']);
  }
  expect([await workIn(due.guildId), (await claim(due.id)).work]).toEqual([[], 'none']);
});

test('a result removed by a moderator leaves only that gallery, for good', async () => {
  const { database } = platform.db;
  const [there, underway, due] = [await makeDue(), await makeDue(), await makeDue()];
  const person = await api.signUp();
  const elsewhere = await newGuild(1);
  await star(await newMember(), elsewhere, there.task.id);
  await claim(there.id);
  await settle(there.id, posted);
  await claim(underway.id);
  for (const { guildId, task } of [there, underway, due]) {
    const path = `/api/v1/guilds/${guildId}/tasks/${task.id}/gallery`;
    // Only a service key may: a person has no access.
    expect((await api.call(path, { method: 'DELETE', token: person.accessToken })).status).toBe(403);
    for (let time = 0; time < 2; time++)
      expect((await api.call(path, { method: 'DELETE', token: serviceKey.key })).status).toBe(204);
  }
  await settle(underway.id, posted);
  for (const { id, guildId, assetId, task } of [there, underway]) {
    expect(await workIn(guildId)).toEqual([id]);
    expect((await claim(id)).work).toBe('withdraw');
    await settle(id, { outcome: 'withdrawn' });
    await star(await newMember(), guildId, task.id);
    expect([await workIn(guildId), await entryOf(id)]).toEqual([[], 'closed']);
    expect(await Asset.query(database).findById(assetId)).toMatchObject({ deletedAt: null });
  }
  expect([await workIn(due.guildId), (await claim(due.id)).work]).toEqual([[], 'none']);
  expect(await workIn(elsewhere)).toHaveLength(1);
});

test('stars and entries end only with their result', async () => {
  const { database } = platform.db;
  const { id, assetId, guildId, task } = await makeDue();
  await GalleryEntry.query(database)
    .findById(id)
    .patch({ createdAt: daysAgo(400) });
  const [bob, cleo] = [await newMember(), await newMember()];
  for (const who of [bob, cleo]) await star(who, guildId, task.id);
  await inTransaction(database, (trx) => joinStars(trx, bob.userId, cleo.userId));
  expect(await database('stars').where({ assetId })).toHaveLength(2);
  const cut = () =>
    applyRetention(
      { database, clock: systemClock, logger: silentLogger },
      { assetDays: 30, taskDays: 365, mostPercent: 25 },
    );
  expect((await cut()).failed).toEqual([]);
  expect(await entryOf(id)).toBe('due');
  await Asset.query(database)
    .findById(assetId)
    .patch({ createdAt: daysAgo(400) });
  await cut();
  expect([await entryOf(id), await database('stars').where({ assetId })]).toEqual([undefined, []]);
});

test('of parties in a channel the first one holds it, until it ends it or its time is over', async () => {
  const hold = async (holder: string, seconds: number, channelId = '440000000000000009') => {
    const path = `/api/v1/guilds/${guildId}/channels/${channelId}/party`;
    const answer = await api.call(path, {
      token: serviceKey.key,
      method: 'PUT',
      body: { holder, seconds },
    });
    expect(answer.status).toBe(200);
    return answer.body;
  };
  const guildId = '420000000000000077';
  const [one, two] = ['450000000000000001', '450000000000000002'];
  const first = await Promise.all([hold(one, 600), hold(two, 600)]);
  expect(first.filter(({ isHeld }) => isHeld)).toHaveLength(1);
  expect(first[0].endsAt).toBe(first[1].endsAt);
  const [holder, other] = first[0].isHeld ? [one, two] : [two, one];
  expect(await hold(holder, 600)).toMatchObject({ isHeld: true });
  expect(await hold(other, 0)).toMatchObject({ isHeld: false });
  expect(await hold(other, 600)).toMatchObject({ isHeld: false });
  expect(await hold(other, 600, '440000000000000010')).toMatchObject({ isHeld: true });
  await hold(holder, 0);
  expect(await hold(other, 600)).toMatchObject({ isHeld: true });
});
