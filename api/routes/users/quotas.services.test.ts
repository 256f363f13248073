import type { SignInView } from '@star-graph/contract/auth/signIn';
import { Attempt } from '@star-graph/core/ground/db/models/backend';
import { Task } from '@star-graph/core/ground/db/models/task';
import { PersonPolicyRecord, RolePolicyRecord } from '@star-graph/core/ground/db/models/user';
import { noQuotas, type Quotas } from '@star-graph/core/money/quotas/quotas';
import { eventually } from '@star-graph/core/testing/eventually';
import { createClockFromNoon } from '@star-graph/core/testing/manualClock';
import { releaseSlot } from '@star-graph/core/work/tasks/attemptTransitions';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { codeOf } from '../../testing/servers/apiServer.ts';
import { workFixture } from '../../testing/servers/workServer.ts';

const clock = createClockFromNoon();
const env = { SIGN_UP_GRANT: '100000', OPEN_TASKS_PER_USER: '50', UNPAID_TASKS_PER_DAY: '3' };
const { platform, api, generate, run, balanceOf, tasksOf } = workFixture(env, clock);
let admin: string;
beforeAll(async () => {
  admin = await api.signInAsAdmin();
});
afterEach(async () => {
  await RolePolicyRecord.query(platform.db.database).delete();
  await PersonPolicyRecord.query(platform.db.database).delete();
});

const policyPath = (userId: string) => `/api/admin/users/${userId}/policy`;
const setOwn = (userId: string, quotas: Partial<Quotas>, version = 0) =>
  api.call(policyPath(userId), { token: admin, method: 'PUT', body: { ...noQuotas, ...quotas, version } });
const setRole = (quotas: Partial<Quotas>, version = 0) =>
  api.call('/api/admin/role-policies/user', {
    token: admin,
    method: 'PUT',
    body: { ...noQuotas, weight: 1, ...quotas, version },
  });
const draw = ({ accessToken }: SignInView, headers = {}, params = {}) =>
  generate(accessToken, { prompt: 'a fox', steps: 5, ...params }, headers);
/** Until the policy that was just set holds. */
const refused = (person: SignInView, code: string) =>
  eventually(async () => {
    const answer = await draw(person);
    expect(codeOf(answer)).toBe(code);
    return answer;
  });

test('a person’s policy comes before their role’s, the role’s before the setting', async () => {
  const [one, other] = [await api.signUp(), await api.signUp()];
  await setRole({ openTasks: 1 });
  await setOwn(one.user.id, { openTasks: 3 });
  const first = await draw(other);
  expect(first.status).toBe(202);
  await refused(other, 'quota-exceeded');
  const answer = await refused(one, 'quota-exceeded');
  expect(answer.body.detail).toContain('3 is your limit');
  expect(await tasksOf(one)).toHaveLength(3);
});

test('a policy is read, changed once for each version, and audited', async () => {
  const { user } = await api.signUp();
  const read = async () => (await api.call(policyPath(user.id), { token: admin })).body;
  expect(await read()).toEqual({ version: 0, ...noQuotas });
  const answers = await Promise.all([1, 2, 3].map((tasksPerDay) => setOwn(user.id, { tasksPerDay })));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409]);
  const won = answers.find(({ status }) => status === 200)?.body;
  expect(await read()).toEqual(won);
  const { tasksPerDay } = won;
  expect((await setOwn(user.id, { tasksPerDay })).body).toEqual(won);
  const { items } = (await api.call(`/api/admin/audit?target=user:${user.id}`, { token: admin })).body;
  expect(items).toHaveLength(1);
  expect(items[0]).toMatchObject({ action: 'user.policy', data: { after: { tasksPerDay } } });
});

test('simultaneous requests do not get past the tasks of a day', async () => {
  const person = await api.signUp();
  await setOwn(person.user.id, { tasksPerDay: 3, openTasks: 40 });
  // Requests before the policy holds are not counted.
  await eventually(async () =>
    expect((await platform.db.database('person_days').where({ userId: person.user.id })).length).toBe(
      (await draw(person)) && 1,
    ),
  );
  const before = (await tasksOf(person)).length;
  const answers = await Promise.all(Array.from({ length: 8 }, () => draw(person)));
  const day = await platform.db.database('person_days').where({ userId: person.user.id }).first();
  expect(day.tasks).toBe(3);
  const accepted = answers.filter(({ status }) => status === 202).length;
  expect((await tasksOf(person)).length).toBe(before + accepted);
  const late = answers.find(({ status }) => status !== 202);
  expect([late && codeOf(late), Number(late?.headers.get('retry-after')) > 0]).toEqual(['daily-limit', true]);
});

test('a refused task holds nothing, and a repeated one counts once', async () => {
  const person = await api.signUp();
  await setOwn(person.user.id, { tasksPerDay: 2 });
  await eventually(async () => {
    await draw(person, { 'idempotency-key': `once-${(await tasksOf(person)).length}` });
    expect(await platform.db.database('person_days').where({ userId: person.user.id })).toHaveLength(1);
  });
  const last = `once-${(await tasksOf(person)).length - 1}`;
  await refused(person, 'daily-limit');
  const balance = await balanceOf(person.accessToken);
  await refused(person, 'daily-limit');
  expect(await balanceOf(person.accessToken)).toEqual(balance);
  expect((await draw(person, { 'idempotency-key': last })).status).toBe(202);
  const day = await platform.db.database('person_days').where({ userId: person.user.id }).first();
  expect(day.tasks).toBe(2);
});

test('tasks that cost nothing are bounded a day, and the next day begins anew', async () => {
  const person = await api.signUp();
  const { database } = platform.db;
  const cancel = (id: string) =>
    api.call(`/api/v1/tasks/${id}`, { token: person.accessToken, method: 'DELETE' });
  for (const _ of [1, 2, 3]) {
    const { id } = (await draw(person)).body;
    // A second cancel is no second task.
    expect([(await cancel(id)).status, (await cancel(id)).status]).toEqual([200, 200]);
  }
  const balance = await balanceOf(person.accessToken);
  const answers = await Promise.all([1, 2, 3].map(() => draw(person)));
  for (const answer of answers) {
    expect([answer.status, codeOf(answer)]).toEqual([429, 'daily-limit']);
    expect(answer.body.detail).toContain('3 of your tasks ended today without costing anything');
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  }
  expect(await tasksOf(person)).toHaveLength(3);
  expect(await balanceOf(person.accessToken)).toEqual(balance);
  const row = () => database('balances').where({ userId: person.user.id });
  await row().update({ unpaidDay: database.raw('unpaid_day - INTERVAL 1 DAY') });
  const { id } = (await draw(person)).body;
  await cancel(id);
  expect(await row().first('unpaid')).toEqual({ unpaid: 1 });
});

test('GPU-seconds are what attempts measured, each counted once', async () => {
  const { database } = platform.db;
  const person = await api.signUp();
  const { id } = (await draw(person)).body;
  await run(id, 50);
  const [attempt] = await Attempt.query(database).where({ taskId: id });
  if (!attempt) throw new Error('the task has an attempt');
  const startedAt = new Date(clock.now().getTime() - 90_000);
  await Attempt.query(database).findById([id, attempt.attempt]).patch({ startedAt });
  await api.call(`/api/v1/tasks/${id}`, { token: person.accessToken, method: 'DELETE' });
  const { owner, epoch } = await database('backends').where({ id: attempt.backendId }).first();
  const fence = { taskId: id, attempt: attempt.attempt, backendId: attempt.backendId, owner, epoch };
  const deps = { database, clock };
  await releaseSlot(deps, fence, 'cancelled');
  await releaseSlot(deps, fence, 'cancelled');
  const day = await database('person_days').where({ userId: person.user.id }).first();
  const ended = await Attempt.query(database).findById([id, attempt.attempt]).throwIfNotFound();
  expect(Number(day.gpuMs)).toBe((ended.endedAt?.getTime() ?? 0) - startedAt.getTime());
  await setOwn(person.user.id, { gpuSecondsPerDay: 60 });
  const answer = await refused(person, 'daily-limit');
  expect(answer.body.detail).toContain('60 GPU-seconds');
  await setOwn(person.user.id, { gpuSecondsPerDay: 1_000 }, 1);
  await eventually(async () => expect((await draw(person)).status).toBe(202));
});

test('a workflow that somebody may not use is neither listed nor accepted', async () => {
  const person = await api.signUp();
  const token = person.accessToken;
  await setRole({ workflows: ['upscale'] });
  const answer = await refused(person, 'forbidden');
  expect(answer.body.detail).toContain('text2img');
  const quote = await api.call('/api/v1/generate/text2img/quote', { token, body: { prompt: 'x' } });
  expect(codeOf(quote)).toBe('forbidden');
  const names = (await api.call('/api/v1/workflows?limit=100', { token })).body.items.map(
    ({ name }: { name: string }) => name,
  );
  expect(names).toEqual(['upscale']);
  expect((await api.call('/api/v1/workflows', { token: admin })).body.items.length).toBeGreaterThan(1);
});

test('a model that somebody may not use is neither listed nor accepted', async () => {
  const person = await api.signUp();
  const token = person.accessToken;
  const listed = async () => (await api.call('/api/v1/models?limit=100', { token })).body.items;
  const offered = async (as = token) => {
    const { items } = (await api.call('/api/v1/workflows?limit=100', { token: as })).body;
    const { params } = items.find(({ name }: { name: string }) => name === 'text2img');
    // Engines are named there too.
    return params.properties.model.enum.filter((name: string) => name.endsWith('.safetensors'));
  };
  const [allowed] = await offered(admin);
  const models: { folder: string; name: string }[] = await listed();
  const other = models.find(({ folder, name }) => folder === 'checkpoints' && name !== allowed)?.name;
  await setOwn(person.user.id, { models: [`checkpoints/${allowed}`] });
  await eventually(async () => {
    const answer = await draw(person, {}, { model: other });
    expect([codeOf(answer), answer.body.errors?.[0]?.pointer]).toEqual(['forbidden', '/model']);
    expect(answer.body.detail).toContain(other);
  });
  expect((await draw(person, {}, { model: allowed })).status).toBe(202);
  const kept: { folder: string; name: string }[] = await listed();
  expect(kept.filter(({ folder }) => folder === 'checkpoints').map(({ name }) => name)).toEqual([allowed]);
  expect(kept.filter(({ folder }) => folder !== 'checkpoints')).toEqual(
    models.filter(({ folder }) => folder !== 'checkpoints'),
  );
  expect(await offered()).toEqual([allowed]);
});

test('only administrators read and set a person’s policy', async () => {
  const { accessToken, user } = await api.signUp();
  const own = { token: accessToken };
  expect((await api.call(policyPath(user.id), own)).status).toBe(403);
  const put = { ...own, method: 'PUT', body: { ...noQuotas, version: 0 } };
  expect((await api.call(policyPath(user.id), put)).status).toBe(403);
  expect(await Task.query(platform.db.database).where({ userId: user.id }).resultSize()).toBe(0);
});
