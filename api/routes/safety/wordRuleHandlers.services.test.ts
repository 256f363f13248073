import { Task } from '@star-graph/core/ground/db/models/task';
import { User } from '@star-graph/core/ground/db/models/user';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { codeOf } from '../../testing/servers/apiServer.ts';
import { apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture({ hasBackend: true });
const api = apiFixture(platform, { SIGN_UP_GRANT: '1000' });
let token: string;
beforeAll(async () => {
  token = await api.signInAsAdmin();
});

const path = '/api/admin/word-rules';
const put = (body: object, as = token) => api.call(path, { token: as, method: 'PUT', body });
afterEach(async () => {
  await put({});
});
const generate = (as: string, body: object) =>
  api.call('/api/v1/generate/text2img', { token: as, body: { steps: 5, ...body } });

test('a forbidden word is refused free of charge, naming the parameter', async () => {
  const { accessToken } = await api.signUp();
  const rules = { blockedWords: ['grim*'], blockedPatterns: ['gr.y'], allowedWords: ['grimoire'] };
  expect((await put(rules)).body).toEqual(rules);
  expect((await api.call(path, { token })).body).toEqual(rules);
  for (const [as, body, pointer] of [
    [accessToken, { prompt: 'a GRIMLY castle' }, '/prompt'],
    [accessToken, { prompt: 'a fox', negativePrompt: 'gray' }, '/negativePrompt'],
    [token, { prompt: 'gr\u200bim' }, '/prompt'],
  ] as const) {
    const refused = await generate(as, body);
    expect([refused.status, codeOf(refused)]).toEqual([422, 'content-refused']);
    expect(refused.body.errors.map((one: { pointer: string }) => one.pointer)).toEqual([pointer]);
  }
  expect(await Task.query(platform.db.database).resultSize()).toBe(0);
  const { body: balance } = await api.call('/api/v1/users/balance', { token: accessToken });
  expect(balance).toMatchObject({ available: 1000, held: 0 });
  expect((await generate(accessToken, { prompt: 'a pilgrim with a grimoire' })).status).toBe(202);
});

test('rules apply from the next request until removed', async () => {
  const { accessToken } = await api.signUp();
  const rules = { blockedWords: ['fox'], blockedPatterns: [], allowedWords: [] };
  await put(rules);
  expect((await generate(accessToken, { prompt: 'a fox' })).status).toBe(422);
  await put({});
  expect((await generate(accessToken, { prompt: 'a fox' })).status).toBe(202);
  const { items } = (await api.call('/api/admin/audit?target=settings:words', { token })).body;
  const none = { blockedWords: [], blockedPatterns: [], allowedWords: [] };
  expect(items.slice(0, 2).map(({ data }: { data: object }) => data)).toEqual([
    { before: rules, after: none },
    { before: expect.anything(), after: rules },
  ]);
});

test('an accepted request repeats under its key despite new rules', async () => {
  const { accessToken } = await api.signUp();
  const headers = { 'idempotency-key': 'before-the-rule' };
  const ask = (more: object = headers) =>
    api.call('/api/v1/generate/text2img', {
      token: accessToken,
      body: { prompt: 'a fox', steps: 5 },
      headers: { ...more },
    });
  const first = await ask();
  expect(first.status).toBe(202);
  await put({ blockedWords: ['fox'] });
  const again = await ask();
  expect([again.status, again.body.id]).toEqual([202, first.body.id]);
  for (const fresh of [await ask({}), await ask({ 'idempotency-key': 'after-the-rule' })])
    expect([fresh.status, codeOf(fresh)]).toEqual([422, 'content-refused']);
  const { items } = (await api.call('/api/v1/tasks', { token: accessToken })).body;
  expect(items.map(({ id }: { id: string }) => id)).toEqual([first.body.id]);
});

test('only administrators set rules, and a runaway pattern is refused', async () => {
  const { accessToken } = await api.signUp();
  expect((await put({ blockedWords: ['a'] }, accessToken)).status).toBe(403);
  const answer = await put({ blockedPatterns: ['(a)\\1'] });
  expect([answer.status, codeOf(answer)]).toEqual([422, 'invalid-params']);
  expect((await api.call(path, { token })).body).toEqual({
    blockedWords: [],
    blockedPatterns: [],
    allowedWords: [],
  });
});

test('single rules are added and removed, even simultaneously; invalid ones change nothing', async () => {
  const { accessToken } = await api.signUp();
  const patch = (body: object, as = token) => api.call(path, { token: as, method: 'PATCH', body });
  await put({ blockedWords: ['grim'], blockedPatterns: ['gr.y'] });
  const added = Array.from({ length: 20 }, (_, index) => `word${index}`);
  const additions = await Promise.all(added.map((word) => patch({ add: { blockedWords: [word, 'grim'] } })));
  expect(additions.map(({ status }) => status)).toEqual(added.map(() => 200));
  const removed = await patch({
    add: { allowedWords: ['wordy'] },
    remove: { blockedWords: ['word0', 'never'], blockedPatterns: ['gr.y'] },
  });
  expect(removed.status).toBe(200);
  const rules = { blockedWords: expect.any(Array), blockedPatterns: [], allowedWords: ['wordy'] };
  expect(removed.body).toEqual(rules);
  expect(removed.body.blockedWords.toSorted()).toEqual(['grim', ...added.slice(1)].toSorted());
  expect((await generate(accessToken, { prompt: 'word3' })).status).toBe(422);
  expect((await generate(accessToken, { prompt: 'a gray word0' })).status).toBe(202);
  for (const [body, status] of [
    [{ add: { blockedPatterns: ['(a)\\1'] } }, 422],
    [{ add: { blockedWords: Array.from({ length: 495 }, (_, index) => `more${index}`) } }, 422],
    [{ add: { allowedWords: ['gr*'] } }, 422],
    [{ words: [] }, 422],
  ] as const)
    expect((await patch(body)).status, JSON.stringify(body).slice(0, 40)).toBe(status);
  expect((await patch({ add: { blockedWords: ['x'] } }, accessToken)).status).toBe(403);
  expect((await api.call(path, { token })).body).toEqual(removed.body);
});

test('moderators and administrators try rules on a text; nothing changes', async () => {
  const inForce = { blockedWords: ['grim*', 'fox'], blockedPatterns: ['c.stle'], allowedWords: ['grimoire'] };
  await put(inForce);
  const moderator = await api.signUp();
  await User.query(platform.db.database).findById(moderator.user.id).patch({ role: 'moderator' });
  const attempt = (as: string, body: object) => api.call(`${path}/try`, { token: as, method: 'POST', body });
  const text = 'a grimoire in a GR\u200bIMLY castle';
  const word = { list: 'blockedWords', rule: 'grim*', start: 16, end: 21 };
  const pattern = { list: 'blockedPatterns', rule: 'c.stle', start: 24, end: 30 };
  for (const as of [token, moderator.accessToken])
    expect((await attempt(as, { text })).body).toEqual({ met: [word, pattern] });
  const rules = { blockedWords: ['*oire', 'wolf'] };
  expect((await attempt(moderator.accessToken, { text, rules })).body).toEqual({
    met: [{ list: 'blockedWords', rule: '*oire', start: 6, end: 10 }],
  });
  expect((await attempt(token, { text, rules: { blockedPatterns: ['(a)\\1'] } })).status).toBe(422);
  expect((await attempt((await api.signUp()).accessToken, { text })).status).toBe(403);
  expect((await api.call(path, { token })).body).toEqual(inForce);
  const { items } = (await api.call('/api/admin/audit?target=settings:words', { token })).body;
  expect(items[0].data.after).toEqual(inForce);
});

test('patterns and text that are too much together are refused, naming the longest text', async () => {
  const attempt = (text: string, blockedPatterns: string[]) =>
    api.call(`${path}/try`, { token, method: 'POST', body: { text, rules: { blockedPatterns } } });
  const large = ['(a|b| ){1,100}x', '(.?){90}y'];
  const refused = await attempt('a'.repeat(10_000), large);
  expect([refused.status, codeOf(refused)]).toEqual([422, 'invalid-params']);
  const [{ pointer, message }] = refused.body.errors;
  expect(pointer).toBe('/text');
  const letters = Number(/at most (\d+) characters/.exec(message)?.[1]);
  expect(letters).toBeGreaterThan(1_000);
  expect((await attempt('a'.repeat(letters), large)).status).toBe(200);
  expect((await attempt('a'.repeat(10_000), Array(20).fill('gr[ae]y'))).status).toBe(200);
  // What every prompt would be compared with has a limit of its own, for the platform and for a server.
  const blockedPatterns = [...large, '([a-z ]{0,9}){0,10}x', '(\\pL+ ?){1,30}!'];
  const answer = await put({ blockedPatterns });
  expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([422, '/blockedPatterns']);
  expect((await put({ blockedPatterns: large })).status).toBe(200);
});
