import { builtinWorkflows } from '@star-graph/workflows/builtin';
import { installedModels, objectInfoWith } from '@star-graph/workflows/testing/testObjectInfo';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseInventory } from '../../comfy/answers/inventory.ts';
import { ModelMark } from '../../ground/db/models/backend.ts';
import { systemClock } from '../../ground/runtime/clock.ts';
import { newId } from '../../ground/runtime/ids.ts';
import { createOwnedBackend } from '../../testing/db/factories.ts';
import { databaseFixture } from '../../testing/fixture.ts';
import { type Catalogue, createCatalogue } from './catalogue.ts';
import { forgetOldMarks, listMarks, markUnfit } from './modelMarks.ts';
import { packInventory, saveInventory } from './storedInventory.ts';

const broken = 'juggernautXL.safetensors';
const usual = 'sd_xl_base_1.0.safetensors';
const { checkpoints: others = [] } = installedModels;
const inventory = parseInventory(objectInfoWith({ ...installedModels, checkpoints: [...others, broken] }));
const checkpoint = { folder: 'checkpoints', name: broken };

const db = databaseFixture();
let catalogue: Catalogue;
let ids: string[];

beforeAll(async () => {
  ids = [await addBackend(), await addBackend()];
});
beforeEach(async () => {
  await ModelMark.query(db.database).delete();
  catalogue = createCatalogue({ database: db.database, workflows: builtinWorkflows, clock: systemClock });
});

async function addBackend(): Promise<string> {
  const { id } = await createOwnedBackend(db.database, undefined, { seenAt: new Date() });
  await saveInventory({ database: db.database, clock: systemClock }, id, packInventory(inventory));
  return id;
}

const mark = (backendId = ids[0] ?? '', models = [checkpoint]) =>
  markUnfit(db, { backendId, models, reason: 'it broke', taskId: newId() });

/** How long marks hold from now, in minutes. */
async function minutesLeft(): Promise<number[]> {
  const rows = await ModelMark.query(db.database).select(
    db.database.raw('TIMESTAMPDIFF(SECOND, NOW(3), until_at) AS seconds'),
  );
  return rows.map((row) => Math.round(Number((row as unknown as { seconds: number }).seconds) / 60));
}

const lapse = () =>
  db.database('model_marks').update({ untilAt: db.database.raw('NOW(3) - INTERVAL 1 SECOND') });

describe('a mark', () => {
  test('a model leaves the lists as soon as it runs nowhere', async () => {
    const workflow = await catalogue.requireWorkflow('text2img');
    const params = workflow.params.parse({ prompt: 'x', model: broken });
    expect(await catalogue.backendsFor(workflow, params)).toEqual(new Set(ids));
    expect((await catalogue.listOptions(workflow)).model).toEqual([broken, usual]);
    await mark(ids[0]);
    await catalogue.refresh();
    expect(await catalogue.backendsFor(workflow, params)).toEqual(new Set([ids[1]]));
    expect(await catalogue.listModels()).toContainEqual({ ...checkpoint, backends: 1, family: 'sdxl' });
    await expect(catalogue.requireRunnable(workflow, params)).resolves.toBeUndefined();
    expect(await catalogue.findUnfit(workflow, params)).toBeUndefined();
    const before = await catalogue.readRevision();
    await mark(ids[1]);
    await catalogue.refresh();
    expect(await catalogue.backendsFor(workflow, params)).toEqual(new Set());
    expect((await catalogue.listModels()).map(({ name }) => name)).not.toContain(broken);
    expect((await catalogue.listOptions(workflow)).model).toEqual([usual]);
    await expect(catalogue.requireRunnable(workflow, params)).rejects.toMatchObject({
      code: 'model-unusable',
      detail: expect.stringContaining(broken),
    });
    expect(await catalogue.findUnfit(workflow, params)).toEqual([checkpoint]);
    expect(await catalogue.readRevision()).not.toBe(before);
  });

  test('each of several marked files stays usable without the others', async () => {
    const workflow = await catalogue.requireWorkflow('text2img');
    const [lora = ''] = inventory.models.loras;
    for (const id of ids) await mark(id, [{ folder: 'loras', name: lora }, checkpoint]);
    await catalogue.refresh();
    const alone = workflow.params.parse({ prompt: 'x', model: broken });
    await expect(catalogue.requireRunnable(workflow, alone)).resolves.toBeUndefined();
    const both = workflow.params.parse({ prompt: 'x', model: broken, loras: [{ name: lora, weight: 1 }] });
    await expect(catalogue.requireRunnable(workflow, both)).rejects.toMatchObject({ code: 'model-unusable' });
    expect(await catalogue.listModels()).toContainEqual({ ...checkpoint, backends: 2, family: 'sdxl' });
  });

  test('makes way for a stand-in where the person chose no model', async () => {
    const workflow = await catalogue.requireWorkflow('text2img');
    const params = workflow.params.parse({ prompt: 'x' });
    const name = String(params.model);
    for (const id of ids) await mark(id, [{ folder: 'checkpoints', name }]);
    await catalogue.refresh();
    expect((await catalogue.chooseModels(workflow, params, new Set())).model).not.toBe(name);
    expect((await catalogue.chooseModels(workflow, params, new Set(['model']))).model).toBe(name);
  });

  test('goes when the files or nodes of its backend change', async () => {
    await mark(ids[0]);
    expect(await listMarks(db.database)).toHaveLength(1);
    const changed = { ...inventory, models: { ...inventory.models, checkpoints: [...others] } };
    const deps = { database: db.database, clock: systemClock };
    await saveInventory(deps, ids[0] ?? '', packInventory(changed));
    expect(await listMarks(db.database)).toEqual([]);
    // Found again with other files, its time begins anew.
    await mark(ids[0]);
    expect(await minutesLeft()).toEqual([10]);
    await saveInventory(deps, ids[0] ?? '', packInventory(inventory));
  });

  test("stays while a new owner rereads the files' metadata", async () => {
    await mark(ids[0]);
    const deps = { database: db.database, clock: systemClock };
    const read = {
      ...inventory,
      architectures: { [`checkpoints/${broken}`]: 'stable-diffusion-xl-v1-base' },
    };
    await saveInventory(deps, ids[0] ?? '', packInventory(read));
    expect(await listMarks(db.database)).toHaveLength(1);
    await lapse();
    await mark(ids[0]);
    expect(await minutesLeft()).toEqual([20]);
    await saveInventory(deps, ids[0] ?? '', packInventory(inventory));
  });

  test('holds ten minutes, each time twice as long, at most a day', async () => {
    const held: number[] = [];
    for (let times = 0; times < 9; times++) {
      await mark();
      held.push(...(await minutesLeft()));
      await lapse();
      expect(await listMarks(db.database)).toEqual([]);
    }
    expect(held).toEqual([10, 20, 40, 80, 160, 320, 640, 1280, 1280]);
  });

  test('holds no longer by being found twice at once', async () => {
    await Promise.all([mark(), mark()]);
    expect(await minutesLeft()).toEqual([10]);
  });

  test('is forgotten a week after it lapsed', async () => {
    await mark();
    await lapse();
    expect(await forgetOldMarks(db.database)).toBe(0);
    await db.database('model_marks').update({ untilAt: db.database.raw('NOW(3) - INTERVAL 8 DAY') });
    expect(await forgetOldMarks(db.database)).toBe(1);
  });
});
