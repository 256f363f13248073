import { eventually } from '@star-graph/core/testing/eventually';
import { expect, test } from 'vitest';
import { codeOf, startTestApi } from './testing/servers/apiServer.ts';
import { apiFixture, platformFixture } from './testing/servers/fixtures.ts';

const platform = platformFixture({ hasBackend: true, hasForgedTasks: true });
const limits = { OPEN_TASKS_PER_USER: '2', OPEN_TASKS: '3' };
const apis = [apiFixture(platform, limits), apiFixture(platform, limits)] as const;

const draw = (token: string, api: 0 | 1 = 0) =>
  apis[api].call('/api/v1/generate/text2img', { token, body: { prompt: 'a fox' } });

const balanceOf = async (token: string) => (await apis[0].call('/api/v1/users/balance', { token })).body;

test('too many unfinished tasks are refused with a time, at no cost', async () => {
  const { accessToken: token } = await apis[0].signUp();
  const accepted = [await draw(token, 0), await draw(token, 1)];
  expect(accepted.map(({ status }) => status)).toEqual([202, 202]);
  for (const api of [0, 1] as const) {
    const own = await draw(token, api);
    expect([own.status, codeOf(own)]).toEqual([429, 'quota-exceeded']);
    expect(Number(own.headers.get('retry-after'))).toBeGreaterThan(0);
  }
  expect(await balanceOf(token)).toMatchObject({ held: 2 * accepted[0]?.body.cost });

  // The count of all tasks is cached for a moment, so a request may still slip in.
  const refused = await eventually(async () => {
    const newcomer = await apis[0].signUp();
    const answer = await draw(newcomer.accessToken, 1);
    expect([answer.status, codeOf(answer)]).toEqual([503, 'queue-full']);
    return { answer, newcomer };
  });
  expect(Number(refused.answer.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await balanceOf(refused.newcomer.accessToken)).toMatchObject({ available: 100, held: 0 });

  await platform.db.database('tasks').update({ status: 'cancelled' });
  await eventually(async () => expect((await draw(refused.newcomer.accessToken, 1)).status).toBe(202));
});

test("one person's requests leave connections to the others", async () => {
  await using api = await startTestApi(platform, { DATABASE_POOL: '4', OPEN_TASKS_PER_USER: '1000' });
  const [busy, other] = [await api.signUp(), await api.signUp()];
  const asked = () => api.call('/api/v1/users/balance', { token: other.accessToken });
  const { database } = platform.db;
  const requests = await database.transaction(async (trx) => {
    // Every acceptance of this person stands still.
    await trx('balances').where({ userId: busy.user.id }).forUpdate();
    const sent = Array.from({ length: 20 }, () =>
      api.call('/api/v1/generate/text2img', { token: busy.accessToken, body: { prompt: 'a fox' } }),
    );
    await eventually(async () => {
      const [waiting] = await database.raw(
        `SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND info LIKE 'update _balances%'`,
      );
      // Half of the connections.
      expect(waiting).toHaveLength(2);
    });
    expect((await asked()).status).toBe(200);
    return sent;
  });
  const statuses = (await Promise.all(requests)).map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([202]));
});
