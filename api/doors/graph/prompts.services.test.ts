import { randomUUID } from 'node:crypto';
import { eventually } from '@star-graph/core/testing/eventually';
import { openPicture } from '@star-graph/core/testing/pictures';
import { beforeAll, expect, test } from 'vitest';
import { drawing, graphFixture } from '../testing/graphFixture.ts';

const { pool, enter } = graphFixture();
beforeAll(async () => {
  await pool.release();
});

test('a graph becomes a picture, which is a task of its person and is paid by its time', async () => {
  const { send, balance, tasks } = await enter();
  const { status, body } = await send('/prompt', { prompt: drawing(), client_id: 'one' });
  expect([status, body.node_errors]).toEqual([200, {}]);
  const entry = await eventually(async () => {
    const { body: history } = await send(`/api/history/${body.prompt_id}`);
    expect(history).toHaveProperty([body.prompt_id]);
    return history[body.prompt_id];
  });
  expect(entry.status).toMatchObject({ status_str: 'success', completed: true });
  const [file] = entry.outputs['9'].images;
  const view = await send(`/view?${new URLSearchParams(file)}`);
  expect([view.status, view.headers.get('content-type')]).toEqual([200, 'image/png']);
  expect((await openPicture(view.body).metadata()).format).toBe('png');
  expect(entry.meta).toEqual({
    '9': { node_id: '9', display_node: '9', parent_node: null, real_node_id: '9' },
  });
  const [task, ...others] = await tasks();
  expect(others).toEqual([]);
  expect(task).toMatchObject({ id: body.prompt_id, type: 'graph', status: 'succeeded' });
  expect(task?.charged).toBe(task?.cost);
  expect(task?.cost).toBeGreaterThan(0);
  expect(task?.cost).toBeLessThan(60);
  expect(await balance()).toEqual({ available: 1_000 - (task?.cost ?? 0), held: 0 });
});

test('a repeated prompt is the same task, and another graph under its id is refused', async () => {
  const { send, tasks, balance } = await enter();
  const prompt_id = randomUUID();
  const asked = { prompt: drawing({ seed: 7 }), prompt_id };
  const answers = await Promise.all([send('/prompt', asked), send('/prompt', asked)]);
  expect(answers.map(({ body }) => body.prompt_id)).toEqual([prompt_id, prompt_id]);
  await eventually(async () => expect((await tasks()).map(({ status }) => status)).toEqual(['succeeded']));
  const after = await balance();
  expect((await send('/prompt', asked)).body.prompt_id).toBe(prompt_id);
  const other = await send('/prompt', { ...asked, prompt: drawing({ seed: 8 }) });
  expect([other.status, other.body.error.type]).toEqual([409, 'idempotency_conflict']);
  expect([await balance(), await tasks()]).toMatchObject([after, [{ status: 'succeeded' }]]);
});

test('only the nodes that a client asks for are run', async () => {
  const { send, tasks } = await enter();
  const prompt = {
    ...drawing({ seed: 9 }),
    '10': { class_type: 'ImageInvert', inputs: { image: ['8', 0] } },
    '11': { class_type: 'PreviewImage', inputs: { images: ['10', 0] } },
  };
  const both = await send('/prompt', { prompt });
  const one = await send('/prompt', { prompt, partial_execution_targets: ['11'] });
  await eventually(async () => {
    const { body } = await send('/history');
    expect(Object.keys(body[both.body.prompt_id]?.outputs ?? {}).sort()).toEqual(['11', '9']);
    expect(Object.keys(body[one.body.prompt_id]?.outputs ?? {})).toEqual(['11']);
  });
  expect((await tasks()).map(({ status }) => status)).toEqual(['succeeded', 'succeeded']);
});

test('the history is cut by the number that a client asks for, the latest last', async () => {
  const { send } = await enter();
  const ids: string[] = [];
  for (const seed of [1, 2, 3]) {
    const { body } = await send('/prompt', { prompt: drawing({ seed }) });
    ids.push(body.prompt_id);
  }
  await eventually(async () => expect(Object.keys((await send('/history')).body)).toEqual(ids));
  expect(Object.keys((await send('/history?max_items=2')).body)).toEqual(ids.slice(1));
  expect(Object.keys((await send('/history?max_items=1&offset=0')).body)).toEqual(ids.slice(0, 1));
});
