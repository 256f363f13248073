import { Asset } from '@star-graph/core/ground/db/models/asset';
import { Report } from '@star-graph/core/ground/db/models/quarantine';
import { Task } from '@star-graph/core/ground/db/models/task';
import { User } from '@star-graph/core/ground/db/models/user';
import { newId } from '@star-graph/core/ground/runtime/ids';
import { expect, test } from 'vitest';
import { codeOf } from '../../testing/servers/apiServer.ts';
import { type SafetyPerson, safetyFixture } from '../../testing/servers/safetyServer.ts';

const { platform, api, newPerson, newModerator, upload, makeResult } = safetyFixture();

const report = ({ token }: SafetyPerson, body: object) =>
  api.call('/api/v1/reports', { token, body: { reason: 'violence', ...body } });
const decide = ({ token }: SafetyPerson, id: string, body: object) =>
  api.call(`/api/admin/reports/${id}/decision`, { token, body: { version: 1, ...body } });
const listed = async ({ token }: SafetyPerson, id: string) =>
  (await api.call('/api/admin/reports?state=open&limit=100', { token })).body.items.find(
    (one: { id: string }) => one.id === id,
  );
const isHeld = async (assetId: string) =>
  (await Asset.query(platform.db.database).findById(assetId))?.quarantinedAt !== null;

test('a person reports the same thing once, and moderators see it', async () => {
  const [ann, bob, moderator] = [await newPerson(), await newPerson(), await newModerator()];
  const { assetId, taskId } = await makeResult(ann);
  const first = await report(bob, { assetId, text: 'Blood.' });
  expect([first.status, first.body]).toMatchObject([201, { assetId, taskId, state: 'open', text: 'Blood.' }]);
  const again = await Promise.all(Array.from({ length: 4 }, () => report(bob, { assetId, reason: 'hate' })));
  for (const { status, body } of again) expect([status, body]).toEqual([200, first.body]);
  expect(await listed(moderator, first.body.id)).toMatchObject({
    ownerId: ann.userId,
    reporterId: bob.userId,
    assetIds: [assetId],
    version: 1,
    reason: 'violence',
  });
  expect((await api.call('/api/admin/reports', { token: bob.token })).status).toBe(403);
  const preview = await api.call(`/api/admin/assets/${assetId}/preview`, { token: moderator.token });
  expect(preview.status).toBe(200);
});

test('what a person cannot see cannot be reported, indistinguishably', async () => {
  const [ann, bob] = [await newPerson(), await newPerson()];
  const hidden = await makeResult(ann);
  await Task.query(platform.db.database).findById(hidden.taskId).patch({ meta: {} });
  const input = (await upload(ann)).body.id;
  const targets = [{ assetId: hidden.assetId }, { taskId: hidden.taskId }, { assetId: input }];
  const answers = await Promise.all([...targets, { assetId: newId() }].map((body) => report(bob, body)));
  const details = new Set(answers.map(({ status, body }) => `${status} ${body.detail}`));
  expect([...details]).toEqual([expect.stringMatching(/^404 /)]);
  for (const body of targets) expect((await report(ann, body)).status).toBe(201);
  for (const body of [{}, { assetId: input, taskId: hidden.taskId }, { assetId: 'x' }])
    expect((await report(ann, body)).status).toBe(422);
});

test('a person files no more than 20 reports a day, even at once', async () => {
  const [ann, bob] = [await newPerson(), await newPerson()];
  const { taskId, assetId } = await makeResult(ann);
  const old = { reporterId: bob.userId, ownerId: ann.userId, taskId, reason: 'other' as const };
  for (let count = 0; count < 19; count++)
    await Report.query(platform.db.database).insert({
      ...old,
      id: newId(),
      target: `asset:${newId()}`,
      state: 'open',
      version: 1,
      createdAt: new Date(),
    });
  const answers = await Promise.all([report(bob, { assetId }), report(bob, { taskId })]);
  expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 429]);
  expect(answers.map(codeOf)).toContain('quota-exceeded');
});

test('a decision about a task withholds all results, for all its reports', async () => {
  const [ann, bob, eve, moderator] = [
    await newPerson(),
    await newPerson(),
    await newPerson(),
    await newModerator(),
  ];
  const { taskId, assetId } = await makeResult(ann);
  const [first, second] = [(await report(bob, { taskId })).body, (await report(eve, { taskId })).body];
  const decided = await decide(moderator, first.id, { decision: 'quarantine', note: 'Not here.' });
  expect(decided.body).toMatchObject({ state: 'upheld', version: 2 });
  expect(await isHeld(assetId)).toBe(true);
  expect(await listed(moderator, second.id)).toBe(undefined);
  const [told] = (await api.call('/api/v1/withheld', { token: ann.token })).body.items;
  expect(told).toMatchObject({ assetId, reason: 'violence', note: 'Not here.' });
  // Its reporter is told by repeating the report.
  expect((await report(eve, { taskId })).body.state).toBe('upheld');
});

test('of two decisions one is refused, and a repeat changes nothing', async () => {
  const [ann, bob, one, other] = [
    await newPerson(),
    await newPerson(),
    await newModerator(),
    await newModerator(),
  ];
  const { assetId } = await makeResult(ann);
  const { id } = (await report(bob, { assetId })).body;
  const answers = await Promise.all([
    decide(one, id, { decision: 'dismiss' }),
    decide(other, id, { decision: 'remove' }),
  ]);
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  const won = answers.find(({ status }) => status === 200)?.body;
  expect(await isHeld(assetId)).toBe(won.state === 'upheld');
  const decision = won.state === 'upheld' ? 'remove' : 'dismiss';
  expect((await decide(one, id, { decision, blockOwner: true })).body).toEqual(won);
  const opposite = decision === 'remove' ? 'dismiss' : 'remove';
  expect((await decide(one, id, { decision: opposite, version: 2 })).status).toBe(409);
  const owner = await User.query(platform.db.database).findById(ann.userId);
  expect(owner?.disabledAt).toBe(null);
  const token = await api.signInAsAdmin();
  const { items } = (await api.call(`/api/admin/audit?target=report:${id}`, { token })).body;
  expect(items).toHaveLength(1);
  expect(items[0].data).toMatchObject({ before: { state: 'open' }, after: { state: won.state } });
});

test('a decision can block the owner, whose sessions end', async () => {
  const [ann, bob, moderator] = [await newPerson(), await newPerson(), await newModerator()];
  const { assetId } = await makeResult(ann);
  const { id } = (await report(bob, { assetId })).body;
  expect((await decide(moderator, id, { decision: 'remove', blockOwner: true })).status).toBe(200);
  expect((await api.call('/api/v1/users/profile', { token: ann.token })).status).toBeGreaterThanOrEqual(401);
  expect((await Asset.query(platform.db.database).findById(assetId))?.deletedAt).not.toBe(null);
});

test('a moderator neither decides about their own nor blocks a moderator', async () => {
  const [bob, moderator, other] = [await newPerson(), await newModerator(), await newModerator()];
  const { assetId } = await makeResult(moderator);
  const { id } = (await report(bob, { assetId })).body;
  expect((await decide(moderator, id, { decision: 'dismiss' })).status).toBe(403);
  expect((await decide(other, id, { decision: 'remove', blockOwner: true })).status).toBe(403);
  expect([await isHeld(assetId), (await listed(other, id))?.state]).toEqual([false, 'open']);
});
