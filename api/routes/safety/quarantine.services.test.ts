import { Asset } from '@star-graph/core/ground/db/models/asset';
import { Quarantine } from '@star-graph/core/ground/db/models/quarantine';
import { createLine, darkestOf } from '@star-graph/core/testing/pictures';
import { expect, test } from 'vitest';
import { actFor, newSnowflake } from '../../testing/calls/discord.ts';
import { codeOf } from '../../testing/servers/apiServer.ts';
import { addServiceKey } from '../../testing/servers/fixtures.ts';
import { newPicture, pathOf, type SafetyPerson, safetyFixture } from '../../testing/servers/safetyServer.ts';

const { platform, api, newPerson, newModerator, upload, makeResult, withhold } = safetyFixture();

const withheldOf = async ({ token }: SafetyPerson) =>
  (await api.call('/api/v1/withheld', { token })).body.items;
const decide = ({ token }: SafetyPerson, id: string, body: object) =>
  api.call(`/api/admin/quarantine/${id}/decision`, { token, body });
const appeal = ({ token }: SafetyPerson, id: string, text: string) =>
  api.call(`/api/v1/withheld/${id}/appeal`, { token, body: { text } });
const actsOn = async (assetId: string) => {
  const token = await api.signInAsAdmin();
  return (await api.call(`/api/admin/audit?target=asset:${assetId}`, { token })).body.items;
};

test('the owner is told why, and others are told nothing', async () => {
  const [ann, bob, moderator] = [await newPerson(), await newPerson(), await newModerator()];
  const { assetId, taskId } = await makeResult(ann);
  await withhold(moderator, assetId, { reason: 'violence', note: 'Too much blood.' });
  const [told] = await withheldOf(ann);
  expect(told).toMatchObject({
    assetId,
    taskId,
    state: 'quarantined',
    reason: 'violence',
    note: 'Too much blood.',
    by: 'moderator',
    mayAppeal: true,
  });
  expect(JSON.stringify(told)).not.toMatch(/http|files\/|sha256/);
  expect(await withheldOf(bob)).toEqual([]);
  expect((await appeal(bob, told.id, 'not mine')).status).toBe(404);
  const task = (await api.call(`/api/v1/tasks/${taskId}`, { token: ann.token })).body;
  expect(task).toMatchObject({ outputs: [], withheld: 1 });
  const answer = await api.call(`/api/v1/assets/${assetId}`, { token: ann.token });
  expect([answer.status, answer.body.detail]).toEqual([404, expect.stringContaining('withheld')]);
});

test('a released picture is shown again, by its old link too', async () => {
  const [ann, moderator] = [await newPerson(), await newModerator()];
  const { body } = await upload(ann);
  const { id } = (await withhold(moderator, body.id)).body;
  expect((await decide(moderator, id, { version: 1, decision: 'release' })).body.state).toBe('released');
  expect((await api.call(pathOf(body.url))).status).toBe(200);
  expect((await api.call(`/api/v1/assets/${body.id}`, { token: ann.token })).status).toBe(200);
  expect(await withheldOf(ann)).toEqual([]);
});

test('removed bytes are gone and refused from everybody', async () => {
  const [ann, bob, moderator] = [await newPerson(), await newPerson(), await newModerator()];
  const bytes = await newPicture();
  const { id: assetId } = (await upload(ann, bytes)).body;
  // A deletion that could be taken back would keep the bytes for a day.
  const { id: twinId } = (await upload(ann, bytes)).body;
  await api.call(`/api/v1/assets/${twinId}`, { token: ann.token, method: 'DELETE' });
  const { id } = (await withhold(moderator, assetId)).body;
  for (const who of [ann, bob]) expect(codeOf(await upload(who, bytes))).toBe('content-refused');
  expect((await decide(moderator, id, { version: 1, decision: 'remove' })).body.state).toBe('removed');
  for (const who of [ann, bob]) expect(codeOf(await upload(who, bytes))).toBe('content-refused');
  const kept = await Asset.query(platform.db.database).where({ userId: bob.userId });
  expect(kept).toEqual([]);
  const twin = await Asset.query(platform.db.database).findById(twinId);
  expect(twin?.restorableUntil).toBe(null);
  expect((await Asset.query(platform.db.database).findById(assetId))?.deletedAt).not.toBe(null);
  expect((await withheldOf(ann))[0]).toMatchObject({ state: 'removed', mayAppeal: false });
  expect((await decide(moderator, id, { version: 2, decision: 'release' })).status).toBe(409);
});

test('every copy of the bytes that the owner has is withheld', async () => {
  const [ann, moderator] = [await newPerson(), await newModerator()];
  const bytes = await newPicture();
  const [first, twin] = [(await upload(ann, bytes)).body, (await upload(ann, bytes)).body];
  await withhold(moderator, first.id);
  for (const url of [twin.url, twin.thumbnailUrl, first.url])
    expect((await api.call(pathOf(url))).status).toBe(404);
});

test('an upload during a quarantine of its bytes is never shown', async () => {
  const [ann, moderator] = [await newPerson(), await newModerator()];
  for (let round = 0; round < 5; round++) {
    const bytes = await newPicture();
    const { id } = (await upload(ann, bytes)).body;
    const [quarantined] = await Promise.all([
      withhold(moderator, id),
      ...Array.from({ length: 4 }, () => upload(ann, bytes)),
    ]);
    expect(quarantined.status).toBe(200);
    const { storageKey } = await Asset.query(platform.db.database).findById(id).throwIfNotFound();
    const shown = await Asset.query(platform.db.database).where({ storageKey }).whereNull('quarantinedAt');
    expect(shown).toEqual([]);
  }
});

test('of two decisions on one version one is refused, a repeat changes nothing', async () => {
  const [ann, moderator, other] = [await newPerson(), await newModerator(), await newModerator()];
  const { id: assetId } = (await upload(ann)).body;
  const both = await Promise.all([
    withhold(moderator, assetId),
    withhold(other, assetId, { reason: 'hate' }),
  ]);
  expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  expect(await Quarantine.query(platform.db.database).where({ assetId }).resultSize()).toBe(1);
  const { id, version } = both.find(({ status }) => status === 200)?.body ?? {};
  const decisions = await Promise.all([
    decide(moderator, id, { version, decision: 'release' }),
    decide(other, id, { version, decision: 'remove' }),
  ]);
  expect(decisions.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  const won = decisions.find(({ status }) => status === 200)?.body;
  const decision = won.state === 'released' ? 'release' : 'remove';
  expect((await decide(moderator, id, { version, decision })).body).toEqual(won);
  expect((await actsOn(assetId)).map(({ action }: { action: string }) => action)).toEqual([
    `quarantine.${decision}`,
    'asset.quarantine',
  ]);
});

test('an owner appeals once to each decision, and a moderator answers', async () => {
  const [ann, moderator] = [await newPerson(), await newModerator()];
  const { id: assetId } = (await upload(ann)).body;
  const { id } = (await withhold(moderator, assetId)).body;
  expect((await decide(moderator, id, { version: 1, decision: 'uphold' })).status).toBe(422);
  expect((await appeal(ann, id, 'x'.repeat(1_001))).status).toBe(422);
  const words = 'It is a painting of mine.';
  for (let time = 0; time < 2; time++)
    expect((await appeal(ann, id, words)).body).toMatchObject({
      mayAppeal: false,
      appeal: { state: 'open' },
    });
  expect((await appeal(ann, id, 'More words.')).status).toBe(403);
  const { token } = moderator;
  const open = (await api.call('/api/admin/quarantine?appeal=open', { token })).body.items;
  expect(open).toContainEqual(expect.objectContaining({ id, version: 2 }));
  // Decided before the appeal was read.
  expect((await decide(moderator, id, { version: 1, decision: 'uphold' })).status).toBe(409);
  expect((await decide(moderator, id, { version: 2, decision: 'uphold' })).body.appeal.state).toBe(
    'rejected',
  );
  expect((await decide(moderator, id, { version: 3, decision: 'release' })).body.state).toBe('released');
  await withhold(moderator, assetId, { version: 4 });
  expect((await appeal(ann, id, 'It is still a painting.')).body.appeal.state).toBe('open');
  const granted = await decide(moderator, id, { version: 6, decision: 'release' });
  expect(granted.body).toMatchObject({ state: 'released', appeal: { state: 'granted' } });
});

test('nobody decides about their own', async () => {
  const moderator = await newModerator();
  const { id: assetId } = (await upload(moderator)).body;
  const { id } = (await withhold(moderator, assetId)).body;
  expect((await decide(moderator, id, { version: 1, decision: 'release' })).status).toBe(403);
});

test('moderators see a blurred preview, and a clear one by an audited call', async () => {
  const [ann, moderator] = [await newPerson(), await newModerator()];
  const { id } = (await upload(ann, await createLine().png().toBuffer())).body;
  const { token } = moderator;
  const preview = () => api.call(`/api/admin/assets/${id}/preview`, { token });
  const view = () => api.call(`/api/admin/assets/${id}/view`, { token, body: { reason: 'to decide' } });
  // What nobody reported is nobody's business.
  expect([(await preview()).status, (await view()).status]).toEqual([404, 404]);
  await withhold(moderator, id);
  const blurred = await preview();
  // A black line of four pixels is grey in it.
  expect(await darkestOf(Buffer.from(blurred.body.base64, 'base64'))).toBeGreaterThan(100);
  expect((await actsOn(id)).map(({ action }: { action: string }) => action)).toEqual(['asset.quarantine']);
  expect(await darkestOf(Buffer.from((await view()).body.base64, 'base64'))).toBeLessThan(60);
  expect((await actsOn(id))[0]).toMatchObject({
    action: 'asset.view',
    actorId: moderator.userId,
    data: { reason: 'to decide' },
  });
});

test('links that were given before end when their picture is withheld', async () => {
  const [ann, moderator] = [await newPerson(), await newModerator()];
  const { body } = await upload(ann);
  const longer = (await api.call(`/api/v1/assets/${body.id}/url?ttlHours=168`, { token: ann.token })).body;
  const links = [body.url, body.thumbnailUrl, longer.url].map(pathOf);
  for (const link of links) expect((await api.call(link)).status).toBe(200);
  await withhold(moderator, body.id);
  for (const link of links) expect((await api.call(link)).status).toBe(404);
});

test('no workflow takes a withheld picture as its input', async () => {
  const [ann, moderator] = [await newPerson(), await newModerator()];
  const { id } = (await upload(ann)).body;
  const ask = (path: string) => api.call(path, { token: ann.token, body: { image: id } });
  const quote = '/api/v1/generate/upscale/quote';
  expect((await ask(quote)).status).toBe(200);
  await withhold(moderator, id);
  for (const path of [quote, '/api/v1/generate/upscale']) expect((await ask(path)).status).toBe(404);
});

test('a withheld result takes no star and is in no gallery', async () => {
  const [ann, moderator] = [await newPerson(), await newModerator()];
  const { key } = await addServiceKey(api);
  const { taskId, assetId } = await makeResult(ann);
  const guild = '/api/v1/guilds/420000000000000009';
  const policy = { galleryChannelId: '430000000000000001', galleryStars: 1 };
  await api.call(`${guild}/policy`, { token: key, method: 'PUT', body: policy });
  const place = { channelId: '440000000000000001', messageId: '450000000000000001', ageRestricted: false };
  const star = () =>
    api.call(`${guild}/tasks/${taskId}/star`, {
      token: key,
      headers: actFor(newSnowflake()),
      method: 'PUT',
      body: { index: 0, ...place },
    });
  expect((await star()).status).toBe(200);
  const { items } = (await api.call('/api/v1/gallery', { token: key })).body;
  const entry = items.find((one: { discordGuildId: string }) => guild.endsWith(one.discordGuildId));
  await withhold(moderator, assetId);
  expect((await star()).status).toBe(404);
  const claim = { token: key, body: { ageRestricted: false } };
  expect((await api.call(`/api/v1/gallery/${entry.id}/claim`, claim)).body.work).toBe('none');
});
