import { builtinWorkflows } from '@star-graph/workflows';
import { parseManifest } from '@star-graph/workflows/manifest';
import type { EnginePreference } from '@star-graph/workflows/shared/liveSettings';
import { sampleEngineManifest } from '@star-graph/workflows/testing/sampleManifest';
import {
  fullObjectInfo,
  installedModels,
  objectInfoWith,
} from '@star-graph/workflows/testing/testObjectInfo';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { parseInventory } from '../../../comfy/answers/inventory.ts';
import type { Database } from '../../../ground/db/connect.ts';
import type { Backend } from '../../../ground/db/models/backend.ts';
import type { User } from '../../../ground/db/models/user.ts';
import { systemClock } from '../../../ground/runtime/clock.ts';
import { newId } from '../../../ground/runtime/ids.ts';
import { type Catalogue, createCatalogue } from '../../../library/catalogue/catalogue.ts';
import { packInventory, saveInventory } from '../../../library/catalogue/storedInventory.ts';
import type { QuotasInForce } from '../../../money/quotas/quotas.ts';
import { createOwnedBackend, createUser } from '../../../testing/db/factories.ts';
import { fixedQuotas } from '../../../testing/fixedQuotas.ts';
import { fixedSettings } from '../../../testing/fixedSettings.ts';
import { databaseFixture } from '../../../testing/fixture.ts';
import { createQueueBound } from './queueBound.ts';
import { quoteTask } from './quoteTask.ts';
import { submitTask } from './submitTask.ts';

const ink = parseManifest(sampleEngineManifest('ink', 'Ink & Paper'));
/** Its licence excludes places. */
const h3 = parseManifest(sampleEngineManifest('h3', 'MiniMax H3'));
const inkFirst = { ENGINES: { text2img: ['ink', 'text2img'] } };

const db = databaseFixture();
let database: Database;
let backend: Backend;
let catalogue: Catalogue;
let user: User;

beforeAll(async () => {
  database = db.database;
  backend = await createOwnedBackend(database, newId(), { seenAt: new Date() });
  catalogue = createCatalogue({ database, workflows: [...builtinWorkflows, ink], clock: systemClock });
  user = await createUser(database, 1_000);
});
beforeEach(() => install(fullObjectInfo));

async function install(objectInfo: object): Promise<void> {
  const inventory = packInventory(parseInventory(objectInfo));
  await saveInventory({ database, clock: systemClock }, backend.id, inventory);
  await catalogue.refresh();
}

/** A pool on which text2img does not run and the engine does. */
function installInkAlone(): Promise<void> {
  const { KSamplerAdvanced: _ofText2img, EmptyLatentImage: _ofSd15, ...others } = fullObjectInfo;
  return install(others);
}

interface Rules {
  ENGINES?: EnginePreference;
  quotas?: Partial<QuotasInForce>;
}

function depsWith({ ENGINES = {}, quotas = {} }: Rules = {}) {
  return {
    database,
    catalogue,
    clock: systemClock,
    wakeSignals: { send: () => {}, sendCancel: () => {} },
    queueBound: createQueueBound({ database, clock: systemClock }, async () => 1_000),
    settings: fixedSettings({ ENGINES }),
    quotas: fixedQuotas(quotas),
  };
}

const request = (values: Record<string, unknown>, workflowName = 'text2img') => ({
  userId: user.id,
  role: 'user' as const,
  workflowName,
  params: { prompt: 'a fox', ...values },
  apiKeyId: null,
  meta: {},
});
const quote = (values: Record<string, unknown> = {}, rules: Rules = {}, name?: string) =>
  quoteTask(depsWith(rules), request(values, name));
const runs = async (...asked: Parameters<typeof quote>) => (await quote(...asked)).workflow.name;

const modelsOf = async (name: string) =>
  (await catalogue.listOptions(await catalogue.requireWorkflow(name))).model;

test('a request without a model runs the workflow itself by default', async () => {
  expect(await runs()).toBe('text2img');
});

test.each(['Ink & Paper', 'ink & paper', 'INK', ' ink '])('the model %s means the engine', async (model) => {
  const { workflow, params } = await quote({ model });
  expect([workflow.name, params]).toMatchObject(['ink', { prompt: 'a fox' }]);
  expect(params).not.toHaveProperty('model');
});

test('the name of its own model means the workflow with its own file', async () => {
  const { workflow, params } = await quote({ model: 'Stable Diffusion XL' }, inkFirst);
  expect([workflow.name, params.model]).toEqual(['text2img', 'sd_xl_base_1.0.safetensors']);
});

test('a model file goes to the workflow itself, whatever is preferred', async () => {
  expect(await runs({ model: 'sd_xl_base_1.0.safetensors' }, inkFirst)).toBe('text2img');
  await expect(quote({ model: 'none.safetensors' }, inkFirst)).rejects.toMatchObject({
    code: 'invalid-params',
    errors: [{ pointer: '/model' }],
  });
});

test('the preferred engine runs what it takes, another one the rest', async () => {
  expect(await runs({}, inkFirst)).toBe('ink');
  expect(await runs({ steps: 12, seed: 3 }, inkFirst)).toBe('ink');
  expect(await runs({ negativePrompt: 'blur' }, inkFirst)).toBe('text2img');
});

test('an engine whose licence excludes places runs where a person or the operator names it, and never else', async () => {
  const withH3 = createCatalogue({ database, workflows: [...builtinWorkflows, h3], clock: systemClock });
  const { KSamplerAdvanced: _ofText2img, EmptyLatentImage: _ofSd15, ...others } = fullObjectInfo;
  await install(others);
  const ask = (values: object, rules: Rules = {}) =>
    quoteTask({ ...depsWith(rules), catalogue: withH3 }, request({ ...values }));
  await expect(ask({})).rejects.toMatchObject({
    code: 'workflow-unavailable',
    detail: expect.stringMatching(/MiniMax H3 would run now\.$/),
  });
  expect((await ask({ model: 'MiniMax H3' })).workflow.name).toBe('h3');
  const elsewhere = { ENGINES: { img2img: ['h3'], text2img: ['z-image'] } };
  await expect(ask({}, elsewhere)).rejects.toMatchObject({ code: 'workflow-unavailable' });
  expect((await ask({}, { ENGINES: { text2img: ['h3'] } })).workflow.name).toBe('h3');
});

test('a value that the engine does not take is refused, not carried to another', async () => {
  // The engine takes 60 at most, the workflow itself 100.
  expect(await runs({ steps: 80 })).toBe('text2img');
  await expect(quote({ steps: 80 }, inkFirst)).rejects.toMatchObject({
    code: 'invalid-params',
    errors: [{ pointer: '/steps' }],
  });
});

test('a pool with only the engine draws under the common name', async () => {
  await installInkAlone();
  const { task } = await submitTask(depsWith(), request({ seed: 1 }));
  expect(task).toMatchObject({ workflowName: 'ink', workflowVersion: 1, status: 'queued' });
  expect(task.cost).toBe((await quote({ seed: 1 })).cost);
});

test('a pool with only Stable Diffusion 1.5 makes pictures from words', async () => {
  const [usual, other] = ['dreamshaper_8.safetensors', 'sub/realisticVision_v6.safetensors'];
  await install(objectInfoWith({ ...installedModels, checkpoints: [usual, other] }));
  const { task } = await submitTask(depsWith(), request({ negativePrompt: 'blur', steps: 12 }));
  expect(task).toMatchObject({
    workflowName: 'sd15',
    params: { model: usual, negativePrompt: 'blur', width: 512, height: 512, steps: 12, cfg: 7 },
  });
  for (const model of [other, 'Stable Diffusion 1.5', 'sd15'])
    expect(await runs({ model }), model).toBe('sd15');
  expect((await quote({ model: other })).params.model).toBe(other);
  for (const model of ['sd_xl_base_1.0.safetensors', 'Stable Diffusion XL'])
    await expect(quote({ model }), model).rejects.toMatchObject({ code: 'workflow-unavailable' });
});

test('a file is drawn with by the engine of its family, else by the workflow itself', async () => {
  const [xl, sd15, unknown] = ['sd_xl_base_1.0.safetensors', 'dreamshaper_8.safetensors', 'mine.safetensors'];
  await install(objectInfoWith({ ...installedModels, checkpoints: [xl, sd15, unknown] }));
  expect([await runs(), await runs({ negativePrompt: 'blur' })]).toEqual(['text2img', 'text2img']);
  expect(await runs({ model: sd15 }, inkFirst)).toBe('sd15');
  expect([await runs({ model: xl }), await runs({ model: unknown })]).toEqual(['text2img', 'text2img']);
  const only = (...workflows: string[]) => ({ quotas: { workflows } });
  expect(await runs({ model: sd15 }, only('text2img'))).toBe('text2img');
  expect(await modelsOf('sd15')).toEqual([sd15, unknown]);
  expect(await modelsOf('text2img')).toEqual([unknown, xl]);
});

test('a preferred engine that does not run gives way', async () => {
  const { KSampler: _ofInk, ...others } = fullObjectInfo;
  await install(others);
  expect(await runs({}, inkFirst)).toBe('text2img');
});

test('a refusal names the engine that would run and what it lacks', async () => {
  await installInkAlone();
  await expect(quote({ negativePrompt: 'blur', width: 512 })).rejects.toMatchObject({
    code: 'workflow-unavailable',
    detail: expect.stringMatching(
      /KSamplerAdvanced.*Ink & Paper would run now, but does not take these values of negativePrompt, width\.$/,
    ),
  });
});

test('an engine chosen by name refuses unknown parameters by its name', async () => {
  await expect(quote({ model: 'Ink & Paper', negativePrompt: 'blur' })).rejects.toMatchObject({
    code: 'invalid-params',
    errors: [
      {
        pointer: '/negativePrompt',
        message: 'Ink & Paper takes no such parameter. Leave it out, or choose another model.',
      },
    ],
  });
});

test('what runs must be allowed by its own name', async () => {
  const only = (...workflows: string[]) => ({ ...inkFirst, quotas: { workflows } });
  expect(await runs({}, only('text2img'))).toBe('text2img');
  expect(await runs({}, only('ink'))).toBe('ink');
  await expect(quote({ model: 'ink' }, only('text2img'))).rejects.toMatchObject({ code: 'forbidden' });
  await expect(quote({}, only('upscale'))).rejects.toMatchObject({ code: 'forbidden' });
  await installInkAlone();
  await expect(quote({}, only('text2img'))).rejects.toMatchObject({ code: 'workflow-unavailable' });
});

test('an engine that loads only forbidden files is passed over', async () => {
  const models = ['checkpoints/sd_xl_base_1.0.safetensors'];
  expect(await runs({}, { ...inkFirst, quotas: { models } })).toBe('text2img');
});

test('asked by its own name, an engine stays what it is', async () => {
  const prefersItself = { ENGINES: { ink: ['text2img'], text2img: ['text2img'] } };
  expect(await runs({}, prefersItself, 'ink')).toBe('ink');
  await expect(quote({}, {}, 'constructor')).rejects.toMatchObject({ code: 'not-found' });
});

test('a repeat under its key is the task that the engine ran', async () => {
  const idempotency = { key: newId(), bodyHash: 'a'.repeat(64) };
  const first = await submitTask(depsWith(inkFirst), { ...request({}), idempotency });
  const again = await submitTask(depsWith(), { ...request({}), idempotency });
  expect([again.replayed, again.task.id, again.task.workflowName]).toEqual([true, first.task.id, 'ink']);
});
