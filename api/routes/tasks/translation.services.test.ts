import type { TranslationView } from '@star-graph/contract/tasks/translation';
import { Task } from '@star-graph/core/ground/db/models/task';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { newId } from '@star-graph/core/ground/runtime/ids';
import { assign, createOwnedBackend } from '@star-graph/core/testing/db/factories';
import { completeTask } from '@star-graph/core/work/tasks/attemptTransitions';
import { sampleEngineManifest } from '@star-graph/workflows/testing/sampleManifest';
import { beforeAll, expect, test } from 'vitest';
import { codeOf } from '../../testing/servers/apiServer.ts';
import { workFixture } from '../../testing/servers/workServer.ts';

const { platform, api, generate, balanceOf } = workFixture();
let token: string;
beforeAll(async () => {
  const body = sampleEngineManifest('ink', 'Ink & Paper');
  const admin = await api.signInAsAdmin();
  expect((await api.call('/api/admin/workflows', { token: admin, body })).status).toBe(201);
  token = (await api.signUp()).accessToken;
});

/** A task and its result. */
async function make(values: object, mime = 'image/png'): Promise<{ taskId: string; resultId: string }> {
  const { body } = await generate(token, { prompt: 'a fox', seed: 7, ...values });
  const { database } = platform.db;
  const task = await Task.query(database).findById(body.id);
  if (!task) throw new Error('the task was accepted');
  const fence = await assign(database, task, await createOwnedBackend(database));
  const resultId = newId();
  await completeTask({ database, clock: systemClock }, fence, [
    {
      id: resultId,
      mime,
      width: 768,
      height: 512,
      bytes: 1,
      sha256: 'b'.repeat(64),
      durationMs: null,
      frames: null,
      storageKey: `outputs/${task.id}/b`,
    },
  ]);
  return { taskId: task.id, resultId };
}

const ask = (taskId: string, query: string, as = token) =>
  api.call(`/api/v1/tasks/${taskId}/translation?${query}`, { token: as });
const codesOf = ({ notes }: TranslationView) => notes.map(({ code, param }) => `${code} ${param}`);

test('another engine gets the nearest params, their price, and runs them', async () => {
  const { taskId } = await make({ width: 768, height: 512, steps: 12, cfg: 9 });
  const before = await balanceOf(token);
  const { status, body } = await ask(taskId, 'workflow=ink');
  expect([status, body.workflow, body.params]).toEqual([
    ...[200, { name: 'ink', version: 1 }],
    { prompt: 'a fox', seed: 7 },
  ]);
  expect(codesOf(body)).toEqual(expect.arrayContaining(['dropped size', 'default steps', 'dropped cfg']));
  expect(await balanceOf(token)).toEqual(before);
  const accepted = await generate(token, body.params, {}, 'ink');
  expect(accepted.body).toMatchObject({ workflow: { name: 'ink' }, cost: body.quote.cost });
});

test('params for a workflow with engines run itself, whatever is preferred', async () => {
  const { body: made } = await generate(token, { prompt: 'a fox', seed: 8 }, {}, 'ink');
  const admin = await api.signInAsAdmin();
  const values = { ENGINES: { text2img: ['ink'] } };
  await api.call('/api/admin/settings', { token: admin, method: 'PATCH', body: { version: 0, values } });
  const { body } = await ask(made.id, 'workflow=text2img');
  const accepted = await generate(token, body.params);
  expect(accepted.body).toMatchObject({ workflow: { name: 'text2img' }, params: { seed: 8 } });
  await api.call('/api/admin/settings/revert', { token: admin, body: { version: 1, to: 0 } });
});

test('a workflow that takes a picture gets the result', async () => {
  const { taskId, resultId } = await make({ width: 768 });
  const { body } = await ask(taskId, 'workflow=img2img');
  expect(body).toMatchObject({
    params: { image: resultId, prompt: 'a fox', seed: 7 },
    quote: { cost: expect.any(Number) },
  });
  expect(codesOf(body)).toContain('result image');
  expect((await generate(token, body.params, {}, 'img2img')).status).toBe(202);
});

test('a result that is deleted, or that there never was, is needed', async () => {
  const { taskId, resultId } = await make({});
  expect(codesOf((await ask(taskId, 'workflow=upscale&output=1')).body)).toContain('needed image');
  await api.call(`/api/v1/assets/${resultId}`, { token, method: 'DELETE' });
  const { body } = await ask(taskId, 'workflow=upscale');
  expect(codesOf(body)).toContain('needed image');
  expect(body).not.toHaveProperty('quote');
});

test("another person's task and unknown workflows are not found", async () => {
  const { taskId } = await make({});
  const { accessToken: other } = await api.signUp();
  expect(codeOf(await ask(taskId, 'workflow=ink', other))).toBe('not-found');
  expect(codeOf(await ask(taskId, 'workflow=none'))).toBe('not-found');
  expect((await ask(taskId, 'workflow=ink&output=-1')).status).toBe(422);
});
