import { eventually } from '@star-graph/core/testing/eventually';
import { beforeAll, expect, test } from 'vitest';
import { drawing, type GraphPerson, graphFixture } from '../testing/graphFixture.ts';

const { platform, pool, enter, submit, reached } = graphFixture();
beforeAll(async () => {
  await pool.hold();
});

const statusOf = async ({ tasks }: GraphPerson, taskId: string) =>
  (await tasks()).find(({ id }) => id === taskId)?.status;
const running = (one: GraphPerson, taskId: string) =>
  eventually(async () => expect(await statusOf(one, taskId)).toBe('running'));
/** It is read again when the platform says that something became of a graph, which is a moment after it has. */
const inHistory = ({ send }: GraphPerson, id: string) =>
  eventually(async () => {
    const { body } = await send(`/history/${id}`);
    expect(body).toHaveProperty([id]);
    return body[id];
  });
const prompt = async ({ send }: GraphPerson, seed: number) =>
  (await send('/prompt', { prompt: drawing({ seed }) })).body.prompt_id as string;
const idsOf = (items: unknown[][]) => items.map(([, id]) => id);

test('a queue shows its person their own graphs, the running one first', async () => {
  const [one, other] = [await enter(), await enter()];
  const first = await prompt(one, 1);
  await running(one, first);
  const strange = await prompt(other, 1);
  const [second, third] = [await prompt(one, 2), await prompt(one, 3)];
  const { body } = await one.send('/queue');
  expect(idsOf([...body.queue_running, ...body.queue_pending])).toEqual([first, second, third]);
  expect(body.queue_pending[0].slice(2, 4)).toMatchObject([{ '9': { class_type: 'SaveImage' } }, {}]);
  expect((await one.send('/prompt')).body).toEqual({ exec_info: { queue_remaining: 3 } });
  expect((await other.send('/prompt')).body).toEqual({ exec_info: { queue_remaining: 1 } });
  const ofOther = (await other.send('/queue')).body;
  expect(idsOf([...ofOther.queue_running, ...ofOther.queue_pending])).toEqual([strange]);
  for (const { send } of [one, other]) {
    await send('/queue', { clear: true });
    await send('/interrupt', {});
    await eventually(async () => expect((await send('/prompt')).body.exec_info.queue_remaining).toBe(0));
  }
});

test('who interrupts stops their own graph, and no other task of anybody', async () => {
  const [one, other] = [await enter(), await enter()];
  const ordinary = await submit(one.person);
  await reached(ordinary, 'running');
  const mine = await prompt(one, 1);
  await other.send('/interrupt', {});
  await other.send('/interrupt', { prompt_id: mine });
  await other.send('/queue', { delete: [mine], clear: true });
  expect((await one.send('/prompt')).body.exec_info.queue_remaining).toBe(1);
  await pool.release();
  await reached(ordinary, 'succeeded');
  await eventually(async () => expect(await statusOf(one, mine)).toBe('succeeded'));
  await pool.hold();
  const next = await prompt(one, 2);
  await running(one, next);
  expect((await one.send('/interrupt', { prompt_id: 'another' })).status).toBe(200);
  expect(await statusOf(one, next)).toBe('running');
  // A client says nothing at all, or no JSON.
  expect((await one.send('/interrupt', undefined, 'POST')).status).toBe(200);
  await eventually(async () => expect(await statusOf(one, next)).toBe('cancelled'));
  const { status } = await inHistory(one, next);
  expect(status).toMatchObject({ status_str: 'error', completed: false });
  expect(status.messages.at(-1)[0]).toBe('execution_interrupted');
  expect((await one.balance()).held).toBe(0);
});

test('a graph that is taken out of the queue is forgotten and costs nothing, and one that runs stays', async () => {
  const one = await enter();
  const first = await prompt(one, 1);
  await running(one, first);
  const second = await prompt(one, 2);
  await one.send('/queue', { delete: [first, second, 'another'] });
  expect(await statusOf(one, second)).toBe('cancelled');
  expect(await statusOf(one, first)).toBe('running');
  expect((await one.send(`/history/${second}`)).body).toEqual({});
  await one.send('/interrupt', { prompt_id: first });
  await eventually(async () => expect((await one.balance()).held).toBe(0));
});

test('what is stopped is judged by what it is, though nobody has told of that yet', async () => {
  const one = await enter();
  const first = await prompt(one, 1);
  await running(one, first);
  const second = await prompt(one, 2);
  await reached(second, 'assigned');
  await eventually(async () => {
    const { body } = await one.send('/queue');
    expect([idsOf(body.queue_running), idsOf(body.queue_pending)]).toEqual([[first], [second]]);
  });
  // As a dispatcher leaves it whose event is still on its way.
  await platform.db.database('tasks').where({ id: second }).update({ status: 'running' });
  await one.send('/queue', { delete: [second], clear: true });
  expect(await statusOf(one, second)).toBe('running');
  await one.send('/interrupt', { prompt_id: second });
  expect([await statusOf(one, first), await statusOf(one, second)]).toEqual(['running', 'cancelled']);
  await one.send('/interrupt', {});
  await eventually(async () => expect((await one.balance()).held).toBe(0));
});

test('jobs are listed for their person alone, and who cancels them stops what waits or runs, once', async () => {
  const [one, other] = [await enter(), await enter()];
  const first = await prompt(one, 1);
  await running(one, first);
  const [second, third] = [await prompt(one, 2), await prompt(one, 3)];
  const cancel = async ({ send }: GraphPerson, path: string, body?: object) => {
    const answer = await send(`/api/jobs/${path}`, body, 'POST');
    return [answer.status, answer.body];
  };
  expect((await other.send('/api/jobs')).body.jobs).toEqual([]);
  expect(await other.send(`/api/jobs/${first}`)).toMatchObject({
    status: 404,
    body: { error: 'Job not found' },
  });
  const mine = [first, second, third];
  expect(await cancel(other, 'cancel', { job_ids: mine })).toEqual([200, { cancelled: false }]);
  expect(await cancel(other, `${first}/cancel`)).toEqual([200, { cancelled: false }]);
  expect((await one.send('/prompt')).body.exec_info.queue_remaining).toBe(3);
  const invalid_ids = ['me', '7', second.toUpperCase()];
  expect(await cancel(one, 'cancel', { job_ids: ['me', 7, second.toUpperCase(), first] })).toEqual([
    400,
    { error: 'job_ids contains invalid id(s)', invalid_ids },
  ]);
  for (const body of [undefined, {}, { job_ids: 'all' }, { job_ids: Array(1_001).fill(first) }])
    expect((await cancel(one, 'cancel', body))[0]).toBe(400);
  expect((await one.send('/prompt')).body.exec_info.queue_remaining).toBe(3);
  expect(await cancel(one, `${second}/cancel`)).toEqual([200, { cancelled: true }]);
  expect(await cancel(one, `${second}/cancel`)).toEqual([200, { cancelled: false }]);
  expect(await cancel(one, 'cancel', { job_ids: mine })).toEqual([200, { cancelled: true }]);
  await eventually(async () => expect((await one.balance()).held).toBe(0));
  const ended = await eventually(async () => {
    const { jobs } = (await one.send('/api/jobs')).body;
    expect(jobs.map(({ status }: { status: string }) => status)).toEqual(['cancelled']);
    return jobs;
  });
  expect(ended[0]).toMatchObject({ id: first, execution_start_time: expect.any(Number) });
  expect(await cancel(one, 'cancel', { job_ids: mine })).toEqual([200, { cancelled: false }]);
});

test('a history and a file are there for their person alone', async () => {
  const [one, other] = [await enter(), await enter()];
  await pool.release();
  const mine = await prompt(one, 1);
  const [file] = (await inHistory(one, mine)).outputs['9'].images;
  const path = `/view?filename=${file.filename}&type=output&subfolder=`;
  expect((await one.send(path)).status).toBe(200);
  const strange = await other.send(path);
  expect([strange.status, strange.body.error.type]).toEqual([404, 'not_found']);
  expect((await other.send('/history')).body).toEqual({});
  expect((await other.send(`/history/${mine}`)).body).toEqual({});
  for (const id of ['__proto__', 'constructor'])
    expect(Object.keys((await one.send(`/history/${id}`)).body)).toEqual([]);
  for (const filename of ['../../etc/passwd', '/etc/passwd', `..%2F${file.filename}`, ''])
    expect((await one.send(`/view?filename=${filename}`)).status).toBe(404);
});
