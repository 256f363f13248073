import { builtinWorkflows } from '@star-graph/workflows/builtin';
import { modelFolders } from '@star-graph/workflows/models/loaders';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Inventory, NodeClass } from '../../comfy/comfy.ts';
import { Backend, InventoryRecord, RunTime } from '../../ground/db/models/backend.ts';
import { Rental } from '../../ground/db/models/rental.ts';
import { systemClock } from '../../ground/runtime/clock.ts';
import { newId } from '../../ground/runtime/ids.ts';
import { createOwnedBackend } from '../../testing/db/factories.ts';
import { databaseFixture } from '../../testing/fixture.ts';
import { createManualClock, type ManualClock } from '../../testing/manualClock.ts';
import { type Catalogue, createCatalogue } from './catalogue.ts';
import { packInventory, saveInventory } from './storedInventory.ts';

const db = databaseFixture();
let clock: ManualClock;
let catalogue: Catalogue;

beforeEach(async () => {
  await InventoryRecord.query(db.database).delete();
  await RunTime.query(db.database).delete();
  await Rental.query(db.database).delete();
  await Backend.query(db.database).delete();
  clock = createManualClock();
  catalogue = createCatalogue({ database: db.database, workflows: builtinWorkflows, clock });
});

const upscalerInput = (choices: string[]): Record<string, NodeClass> => ({
  UpscaleModelLoader: {
    isOutput: false,
    outputs: ['UPSCALE_MODEL'],
    inputs: { model_name: { type: 'COMBO', isRequired: true, choices } },
  },
});
const input = (type: string) => ({ type, isRequired: true });

/** What the upscale workflow needs, with these model files. */
function inventoryWith(upscalers: string[]): Inventory {
  const models = Object.fromEntries(modelFolders.map((folder) => [folder, [] as string[]]));
  return {
    classes: {
      LoadImage: { isOutput: false, outputs: ['IMAGE', 'MASK'], inputs: { image: input('COMBO') } },
      ...upscalerInput(upscalers),
      ImageUpscaleWithModel: {
        isOutput: false,
        outputs: ['IMAGE'],
        inputs: { upscale_model: input('UPSCALE_MODEL'), image: input('IMAGE') },
      },
      ImageScale: {
        isOutput: false,
        outputs: ['IMAGE'],
        inputs: {
          image: input('IMAGE'),
          upscale_method: { ...input('COMBO'), choices: ['lanczos', 'area', 'bicubic'] },
          width: input('INT'),
          height: input('INT'),
          crop: { ...input('COMBO'), choices: ['disabled', 'center'] },
        },
      },
      SaveImage: {
        isOutput: true,
        outputs: [],
        inputs: { images: input('IMAGE'), filename_prefix: input('STRING') },
      },
    },
    models: { ...(models as Inventory['models']), upscale_models: upscalers },
  };
}

async function addBackend(inventory: Inventory | undefined, values: Partial<Backend> = {}): Promise<string> {
  const { id } = await createOwnedBackend(db.database, undefined, values);
  await db
    .database('backends')
    .where({ id })
    .update({ seenAt: db.database.raw('NOW(3)') });
  const deps = { database: db.database, clock: systemClock };
  if (inventory) await saveInventory(deps, id, packInventory(inventory));
  return id;
}

const both = ['RealESRGAN_x2plus.pth', 'RealESRGAN_x4plus.pth'];
const paramsOf = async (values: object) => {
  const workflow = await catalogue.requireWorkflow('upscale');
  return workflow.params.parse({ ...workflow.example, ...values });
};
const requireRunnable = async (values: object = {}) =>
  catalogue.requireRunnable(await catalogue.requireWorkflow('upscale'), await paramsOf(values));

describe('a request', () => {
  test('passes when one usable backend has everything', async () => {
    await addBackend(inventoryWith([]));
    await addBackend(inventoryWith(both));
    await expect(requireRunnable()).resolves.toBeUndefined();
  });

  test('is refused as no-backend when no backend takes tasks', async () => {
    const refusal = { code: 'no-backend', retryAfterSeconds: 30 };
    await expect(requireRunnable()).rejects.toMatchObject(refusal);
    await addBackend(inventoryWith(both), { enabled: false });
    await addBackend(inventoryWith(both), { removedAt: new Date() });
    await addBackend(undefined);
    await catalogue.refresh();
    await expect(requireRunnable()).rejects.toMatchObject(refusal);
  });

  test('is accepted while its only backend drains', async () => {
    await addBackend(inventoryWith(both), { draining: true });
    await expect(requireRunnable()).resolves.toBeUndefined();
    const [upscale] = (await catalogue.listWorkflows()).filter(({ workflow }) => workflow.name === 'upscale');
    expect(upscale).toMatchObject({ available: true, isWaiting: true });
  });

  test('waits for another like the rented backend that was given back last', async () => {
    const values = { enabled: false, draining: true, removedAt: new Date() };
    const backendId = await addBackend(inventoryWith(both), values);
    await expect(requireRunnable()).rejects.toMatchObject({ code: 'no-backend' });
    const rental = { id: newId(), name: 'a-machine', price: 1, createdAt: new Date(), endedAt: new Date() };
    await Rental.query(db.database).insert({ ...rental, backendId, state: 'ended' });
    await catalogue.refresh();
    await expect(requireRunnable()).resolves.toBeUndefined();
    await db
      .database('backends')
      .where({ id: backendId })
      .update({ seenAt: db.database.raw('NOW(3) - INTERVAL 121 SECOND') });
    await catalogue.refresh();
    await expect(requireRunnable()).rejects.toMatchObject({ code: 'no-backend' });
  });

  test('waits for its only backend for a moment, not longer', async () => {
    const id = await addBackend(inventoryWith(both), { state: 'down' });
    await expect(requireRunnable()).resolves.toBeUndefined();
    await db
      .database('backends')
      .where({ id })
      .update({ seenAt: db.database.raw('NOW(3) - INTERVAL 121 SECOND') });
    await catalogue.refresh();
    await expect(requireRunnable()).rejects.toMatchObject({ code: 'no-backend' });
  });

  test('is refused while its only backend is away if so configured', async () => {
    const deps = { database: db.database, workflows: builtinWorkflows, clock, expectedBackSeconds: 0 };
    const id = await addBackend(inventoryWith(both), { state: 'down' });
    await db
      .database('backends')
      .where({ id })
      .update({ seenAt: db.database.raw('NOW(3) - INTERVAL 1 SECOND') });
    catalogue = createCatalogue(deps);
    await expect(requireRunnable()).rejects.toMatchObject({ code: 'no-backend' });
  });

  test('runs on a backend with the file in a sub-folder', async () => {
    const inFolder = both.map((name) => `esrgan\\${name}`);
    const id = await addBackend(inventoryWith(inFolder));
    await expect(requireRunnable()).resolves.toBeUndefined();
    const workflow = await catalogue.requireWorkflow('upscale');
    expect(await catalogue.backendsFor(workflow, await paramsOf({}))).toEqual(new Set([id]));
    const graph = { '1': { class_type: 'UpscaleModelLoader', inputs: { model_name: both[0] } } };
    const located = { '1': { class_type: 'UpscaleModelLoader', inputs: { model_name: inFolder[0] } } };
    expect(await catalogue.locateFiles(id, graph)).toEqual(located);
    expect(await catalogue.locateFiles('another', graph)).toEqual(graph);
  });

  test('naming an unknown model is told which parameter holds it', async () => {
    await addBackend(inventoryWith(both));
    await expect(requireRunnable({ model: 'unheard-of.pth' })).rejects.toMatchObject({
      code: 'invalid-params',
      errors: [{ pointer: '/model' }],
    });
  });

  test("is told when the workflow's own choice is what is missing", async () => {
    await addBackend(inventoryWith(['other.pth']));
    const refusal = expect(requireRunnable()).rejects;
    await refusal.toMatchObject({ code: 'workflow-unavailable', errors: [] });
    await expect(requireRunnable()).rejects.toThrow(/upscale_models\/RealESRGAN/);
    await expect(requireRunnable({ model: 'other.pth' })).resolves.toBeUndefined();
  });
});

describe('the catalogue', () => {
  test('knows the backends that can run a request, up or not', async () => {
    const able = [
      await addBackend(inventoryWith(both)),
      await addBackend(inventoryWith(both), { state: 'down' }),
    ];
    await addBackend(inventoryWith([]));
    const workflow = await catalogue.requireWorkflow('upscale');
    expect(await catalogue.backendsFor(workflow, await paramsOf({}))).toEqual(new Set(able));
  });

  test('lists the union of model files and options, with backends', async () => {
    await addBackend(inventoryWith(['b.pth', 'a.pth']));
    await addBackend(inventoryWith(['b.pth']));
    const workflow = await catalogue.requireWorkflow('upscale');
    expect(await catalogue.listModels()).toEqual([
      { folder: 'upscale_models', name: 'a.pth', backends: 1 },
      { folder: 'upscale_models', name: 'b.pth', backends: 2 },
    ]);
    expect(await catalogue.listOptions(workflow)).toEqual({ model: ['a.pth', 'b.pth'] });
  });

  test('says of each workflow whether it can run, or what is missing', async () => {
    await addBackend(inventoryWith(both));
    const list = await catalogue.listWorkflows();
    const find = (name: string) => list.find(({ workflow }) => workflow.name === name);
    expect(find('upscale')).toMatchObject({ available: true, missing: [] });
    expect(find('text2img')).toMatchObject({ available: false });
    expect(find('text2img')?.missing).toContain('the node class KSamplerAdvanced');
  });

  test('believes a view for two seconds and no longer', async () => {
    await addBackend(inventoryWith(['a.pth']));
    expect(await catalogue.listModels()).toHaveLength(1);
    await addBackend(inventoryWith(['z.pth']));
    await clock.advance(1_999);
    expect(await catalogue.listModels()).toHaveLength(1);
    await clock.advance(1);
    expect(await catalogue.listModels()).toHaveLength(2);
  });

  test('finds no workflow of an unknown name or version', async () => {
    await expect(catalogue.requireWorkflow('nonsense')).rejects.toMatchObject({ code: 'not-found' });
    await expect(catalogue.requireWorkflow('upscale', 99)).rejects.toMatchObject({ code: 'not-found' });
  });

  test('offers each shipped workflow once, in its newest version', async () => {
    const offered = (await catalogue.listOffered()).filter(({ name }) => name === 'img2img');
    expect(offered.map(({ version }) => version)).toEqual([2]);
    expect(await catalogue.requireWorkflow('img2img')).toBe(offered[0]);
    const names = (await catalogue.listWorkflows()).map(({ workflow }) => workflow.name);
    expect(names).toHaveLength(new Set(names).size);
  });

  test('estimates by what the pool has learned, weighted by its experience', async () => {
    const workflow = await catalogue.requireWorkflow('upscale');
    const images = { image: { width: 100, height: 100 } };
    const params = await paramsOf({});
    expect(await catalogue.estimateSeconds(workflow, params, images)).toBe(
      workflow.estimateSeconds(params, images),
    );
    const learned = { workflow: 'upscale', updatedAt: new Date() };
    await RunTime.query(db.database).insert({ ...learned, backendId: 'x', secondsPerUnit: 2, samples: 30 });
    await RunTime.query(db.database).insert({ ...learned, backendId: 'y', secondsPerUnit: 6, samples: 10 });
    await catalogue.refresh();
    expect(await catalogue.estimateSeconds(workflow, params, images)).toBeCloseTo(
      3 * workflow.workUnits(params, images),
    );
  });
});

describe('a stored inventory', () => {
  test('has one digest for what is equal in another order', () => {
    const inventory = inventoryWith(both);
    const reversed = {
      classes: Object.fromEntries(Object.entries(inventory.classes).reverse()),
      models: Object.fromEntries(Object.entries(inventory.models).reverse()) as Inventory['models'],
    };
    expect(packInventory(reversed).digest).toBe(packInventory(inventory).digest);
    expect(packInventory(inventoryWith(['x'])).digest).not.toBe(packInventory(inventory).digest);
  });
});

test('sizes of model files are found under the names that workflows use', async () => {
  const backend = await createOwnedBackend(db.database);
  const bytes = { 'vae/sub\\A.safetensors': 7, 'vae/a.safetensors': 5, 'loras/a.safetensors': 1 };
  const inventory = { ...inventoryWith([]), bytes };
  await saveInventory({ database: db.database, clock: systemClock }, backend.id, packInventory(inventory));
  const sizes = await catalogue.modelBytes();
  expect(sizes.get('vae/a.safetensors')).toBe(7);
  expect(sizes.get('vae/b.safetensors')).toBeUndefined();
});
