import { Task } from '@star-graph/core/ground/db/models/task';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { newId } from '@star-graph/core/ground/runtime/ids';
import { assign, createOwnedBackend } from '@star-graph/core/testing/db/factories';
import { createTwoColours } from '@star-graph/core/testing/pictures';
import { failTask } from '@star-graph/core/work/tasks/attemptTransitions';
import { describe, expect, test } from 'vitest';
import { codeOf, startTestApi } from '../../testing/servers/apiServer.ts';
import { addServiceKey } from '../../testing/servers/fixtures.ts';
import { workFixture } from '../../testing/servers/workServer.ts';

const { platform, api, generate, run, balanceOf, tasksOf } = workFixture();

async function runOne(token: string, percent: number): Promise<{ path: string; cost: number }> {
  const { body } = await generate(token, { prompt: 'a fox' });
  await run(body.id, percent);
  return { path: `/api/v1/tasks/${body.id}`, cost: body.cost };
}

describe('a generation', () => {
  test('is accepted with its price held, shown, listed, cancelled and paid back', async () => {
    const person = await api.signUp();
    const token = person.accessToken;
    const form = new FormData();
    const png = await createTwoColours(64, 48).png().toBuffer();
    form.append('file', new Blob([new Uint8Array(png)]), 'photo.png');
    const image = (await api.call('/api/v1/assets', { token, body: form })).body.id;
    const quote = await api.call('/api/v1/generate/upscale/quote', { token, body: { image, scale: 2 } });
    expect(quote.status).toBe(200);
    const accepted = await generate(token, { image, scale: 2, meta: { clientRef: 'mine' } }, {}, 'upscale');
    expect(accepted.status).toBe(202);
    expect(accepted.headers.get('location')).toMatch(new RegExp(`/api/v1/tasks/${accepted.body.id}$`));
    expect(accepted.body).toMatchObject({
      type: 'upscale',
      status: 'queued',
      cost: quote.body.cost,
      meta: { clientRef: 'mine' },
      params: { image, scale: 2 },
      progress: { percent: 0 },
      outputs: [],
    });
    const { cost } = accepted.body;
    expect(await balanceOf(token)).toEqual({ available: 1000 - cost, held: cost });
    const path = `/api/v1/tasks/${accepted.body.id}`;
    expect((await api.call(path, { token })).body).toEqual(accepted.body);
    const cancelled = await api.call(path, { token, method: 'DELETE' });
    expect([cancelled.status, cancelled.body.status]).toEqual([200, 'cancelled']);
    expect((await api.call(path, { token, method: 'DELETE' })).status).toBe(200);
    expect(await balanceOf(token)).toEqual({ available: 1000, held: 0 });
    const history = await api.call('/api/v1/users/history', { token });
    expect(history.body.items.map((item: { kind: string }) => item.kind)).toEqual([
      'release',
      'hold',
      'grant',
    ]);
  });

  test('is priced among others beside what the person has, and one that is refused stops none', async () => {
    const { accessToken: token } = await api.signUp();
    await generate(token, { prompt: 'a fox' });
    const { available } = await balanceOf(token);
    const small = { workflow: 'text2img', params: { prompt: 'a fox', width: 256, height: 256 } };
    const items = [small, { ...small, params: {} }, { ...small, workflow: 'none' }, small];
    const { status, body } = await api.call('/api/v1/quotes', { token, body: { items } });
    const path = '/api/v1/generate/text2img/quote';
    const { cost } = (await api.call(path, { token, body: small.params })).body;
    const unknown = {
      type: 'urn:star-graph:problem:not-found',
      detail: 'There is no such workflow. GET /api/v1/workflows lists those that there are.',
    };
    const faulty = { status: 422, errors: [{ pointer: '/prompt' }] };
    const priced = [{ cost }, { problem: faulty }, { problem: unknown }, { cost }];
    expect(status).toBe(200);
    expect(body).toMatchObject({ available, items: priced });
    expect(await balanceOf(token)).toMatchObject({ available });
    const tooMany = { items: Array.from({ length: 33 }, () => small) };
    expect(codeOf(await api.call('/api/v1/quotes', { token, body: tooMany }))).toBe('invalid-params');
  });

  test('that runs costs its share on cancel: shown before, charged, shown after', async () => {
    const { accessToken: token } = await api.signUp();
    const { path, cost } = await runOne(token, 60);
    const share = Math.floor((cost * 60) / 100);
    expect((await api.call(path, { token })).body.progress).toMatchObject({ percent: 60, cancelCost: share });
    const cancelled = await api.call(path, { token, method: 'DELETE' });
    expect(cancelled.body).toMatchObject({ status: 'cancelled', cost, charged: share });
    expect((await api.call(path, { token, method: 'DELETE' })).body.charged).toBe(share);
    expect(await balanceOf(token)).toEqual({ available: 1000 - share, held: 0 });
    const history = await api.call('/api/v1/users/history?limit=1', { token });
    expect(history.body.items).toMatchObject([{ kind: 'partial-capture', amount: cost - share }]);
  });

  test('that runs costs nothing on cancel, if the operator says so', async () => {
    await using kind = await startTestApi(platform, { CANCEL_CHARGE: 'nothing', SIGN_UP_GRANT: '1000' });
    const { accessToken: token } = await kind.signUp();
    const { path } = await runOne(token, 60);
    expect((await kind.call(path, { token })).body.progress.cancelCost).toBeUndefined();
    expect((await kind.call(path, { token, method: 'DELETE' })).body.charged).toBe(0);
    expect(await balanceOf(token)).toEqual({ available: 1000, held: 0 });
  });

  test('is cancelled free only by a service key at fault', async () => {
    const person = await api.signUp();
    const own = await runOne(person.accessToken, 60);
    const path = `${own.path}?refund=all`;
    expect((await api.call(path, { token: person.accessToken, method: 'DELETE' })).status).toBe(403);
    const { key: token } = await addServiceKey(api);
    const headers = { 'star-graph-act-for': 'discord:100000000000000777' };
    const { id } = (await generate(token, { prompt: 'a fox' }, headers)).body;
    await run(id, 60);
    const call = { token, headers, method: 'DELETE' };
    const cancelled = await api.call(`/api/v1/tasks/${id}?refund=all`, call);
    expect(cancelled.body).toMatchObject({ status: 'cancelled', charged: 0 });
  });

  test('by the same Idempotency-Key fifty times at once is held once', async () => {
    const person = await api.signUp();
    const headers = { 'idempotency-key': 'twins' };
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => generate(person.accessToken, { prompt: 'a fox', seed: 1 }, headers)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(await tasksOf(person)).toHaveLength(1);
    expect((await balanceOf(person.accessToken)).held).toBe(answers[0]?.body.cost);
    const other = await generate(person.accessToken, { seed: 1, prompt: 'a fox' }, headers);
    expect([other.status, codeOf(other)]).toEqual([409, 'idempotency-conflict']);
    const otherWorkflow = await api.call('/api/v1/generate/upscale', {
      token: person.accessToken,
      body: { prompt: 'a fox', seed: 1 },
      headers,
    });
    expect(otherWorkflow.status).toBe(409);
  });

  test('by a key whose first use was refused is a new request', async () => {
    const { accessToken: token } = await api.signUp();
    const headers = { 'idempotency-key': 'again' };
    expect((await generate(token, { prompt: 'a fox', steps: 0 }, headers)).status).toBe(422);
    expect((await generate(token, { prompt: 'a fox' }, headers)).status).toBe(202);
    expect((await generate(token, { prompt: 'a fox' }, { 'idempotency-key': 'x'.repeat(65) })).status).toBe(
      422,
    );
  });

  test.each(['a fox 🦊', 'ثعلب أحمر', 'a\nb\tc', '狐狸'])(
    'of the prompt %j is accepted letter by letter',
    async (prompt) => {
      const { accessToken: token } = await api.signUp();
      const accepted = await generate(token, { prompt });
      expect([accepted.status, accepted.body.params.prompt]).toEqual([202, prompt]);
    },
  );

  test('with an unknown workflow, no person, or too few credits is refused', async () => {
    const { accessToken: token } = await api.signUp();
    expect((await generate(token, { prompt: 'a' }, {}, 'nothing')).status).toBe(404);
    expect((await generate(token, { prompt: 'a' }, {}, 'Bad..Name')).status).toBe(404);
    expect((await api.call('/api/v1/generate/text2img', { body: { prompt: 'a' } })).status).toBe(401);
    await using poor = await startTestApi(platform, { SIGN_UP_GRANT: '0' });
    const nobody = await poor.signUp();
    const refused = await generate(nobody.accessToken, { prompt: 'a' });
    expect([refused.status, codeOf(refused)]).toEqual([402, 'insufficient-credits']);
    expect(await tasksOf(nobody)).toEqual([]);
  });

  test('belongs to one person: another can neither read, follow nor cancel it', async () => {
    const [mine, stranger] = [await api.signUp(), await api.signUp()];
    const { id } = (await generate(mine.accessToken, { prompt: 'a' })).body;
    const token = stranger.accessToken;
    expect((await api.call(`/api/v1/tasks/${id}`, { token })).status).toBe(404);
    expect((await api.call(`/api/v1/tasks/${id}/events`, { token })).status).toBe(404);
    expect((await api.call(`/api/v1/tasks/${id}`, { token, method: 'DELETE' })).status).toBe(404);
    expect((await api.call('/api/v1/tasks', { token })).body.items).toEqual([]);
    const child = await generate(token, { prompt: 'a', meta: { parentId: id } });
    expect([child.status, codeOf(child)]).toEqual([404, 'not-found']);
    expect((await api.call(`/api/v1/tasks/${id}`, { token: mine.accessToken })).body.status).toBe('queued');
  });

  test('that has finished can no longer be cancelled', async () => {
    const { accessToken: token } = await api.signUp();
    const { id } = (await generate(token, { prompt: 'a' })).body;
    const { database } = platform.db;
    const backend = await createOwnedBackend(database);
    const task = await Task.query(database).findById(id).throwIfNotFound();
    const fence = await assign(database, task, backend);
    await failTask(
      { database, clock: systemClock },
      fence,
      { code: 'generation-failed', detail: 'It did not work.' },
      'test',
    );
    const answer = await api.call(`/api/v1/tasks/${id}`, { token, method: 'DELETE' });
    expect([answer.status, codeOf(answer)]).toEqual([409, 'task-finished']);
    const shown = await api.call(`/api/v1/tasks/${id}`, { token });
    expect(shown.body.error).toMatchObject({ type: 'urn:star-graph:problem:generation-failed', status: 500 });
  });
});

describe('a list', () => {
  test('goes on where the page before ended, newest first, without a gap', async () => {
    const { accessToken: token } = await api.signUp();
    const made: string[] = [];
    for (let at = 0; at < 5; at++) made.push((await generate(token, { prompt: `fox ${at}` })).body.id);
    const seen: string[] = [];
    let path: string | undefined = '/api/v1/tasks?limit=2';
    while (path) {
      const { body } = await api.call(path, { token });
      seen.push(...body.items.map(({ id }: { id: string }) => id));
      path = body.nextCursor === null ? undefined : `/api/v1/tasks?limit=2&cursor=${body.nextCursor}`;
    }
    expect(seen).toEqual(made.toReversed());
    const future = await api.call('/api/v1/tasks?from=2100-01-01T00:00:00Z', { token });
    expect(future.body.items).toEqual([]);
  });

  test.each([
    'limit=0',
    'limit=101',
    'limit=x',
    'cursor=x',
    'cursor=',
    'status=done',
    'from=now',
    'unknown=1',
    'limit=1&limit=2',
  ])('with %s is refused', async (query) => {
    const { accessToken: token } = await api.signUp();
    const answer = await api.call(`/api/v1/tasks?${query}`, { token });
    expect([answer.status, codeOf(answer)]).toEqual([422, 'invalid-params']);
  });

  test('item whose id is no id is not found', async () => {
    const { accessToken: token } = await api.signUp();
    for (const id of ['x', newId().toUpperCase(), '..%2f..', newId(), "1'%20OR%201"])
      expect((await api.call(`/api/v1/tasks/${id}`, { token })).status).toBe(404);
  });
});
