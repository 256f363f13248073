import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import { parseInventory } from '@star-graph/core/comfy/answers/inventory';
import { ModelEntryRecord } from '@star-graph/core/ground/db/models/modelEntry';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { packInventory, saveInventory } from '@star-graph/core/library/catalogue/storedInventory';
import { eventually } from '@star-graph/core/testing/eventually';
import { installedModels, objectInfoWith } from '@star-graph/workflows/testing/testObjectInfo';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { addBackend, codeOf } from '../../testing/servers/apiServer.ts';
import { apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture();
const api = apiFixture(platform, { SIGN_UP_GRANT: '100000', OPEN_TASKS_PER_USER: '100' });
const [base, other] = ['sd_xl_base_1.0.safetensors', 'sub/harbourXL.safetensors'];
let admin: string;
let token: string;
beforeAll(async () => {
  const { id } = await addBackend(platform);
  const files = { ...installedModels, checkpoints: [base, other] };
  const inventory = packInventory(parseInventory(objectInfoWith(files)));
  await saveInventory({ database: platform.db.database, clock: systemClock }, id, inventory);
  admin = await api.signInAsAdmin();
  token = (await api.signUp()).accessToken;
});
beforeEach(async () => {
  await ModelEntryRecord.query(platform.db.database).delete();
  await say('loras/nothing-uses-it.safetensors', {});
});

const say = async (model: string, fields: object) => {
  const path = `/api/admin/models/${Buffer.from(model).toString('base64url')}`;
  const answer = await api.call(path, { token: admin, method: 'PUT', body: { version: 0, ...fields } });
  expect(answer.status).toBe(200);
};
const ask = (path: string, params: object, as = token) =>
  api.call(`/api/v1/generate/text2img${path}`, { token: as, body: { prompt: 'a boat', ...params } });
const quote = (params: object, as = token) => ask('/quote', params, as);
const held = async () => (await api.call('/api/v1/users/balance', { token })).body.held;
const formOf = async (as = token) => {
  const { items } = (await api.call('/api/v1/workflows?limit=100', { token: as })).body;
  const found = items.find(({ name }: WorkflowView) => name === 'text2img');
  return { ...found, model: found.params.properties.model };
};
const listed = async (as = token) =>
  (await api.call('/api/v1/models?limit=100', { token: as })).body.items.map(
    ({ name }: { name: string }) => name,
  );

test('a model is named by its title in either language, and the task keeps the file', async () => {
  await say(`checkpoints/${other}`, { title: { en: 'Old Harbour', 'zh-CN': '旧港湾' } });
  for (const model of ['old harbour', ' 旧港湾 ', other]) {
    const { status, body } = await ask('', { model });
    expect([status, body.params.model]).toEqual([202, other]);
  }
  const unnamed = await quote({ model: 'Harbour XL' });
  expect([unnamed.status, codeOf(unnamed)]).toEqual([422, 'invalid-params']);
});

test('a title that several files have is refused with their names', async () => {
  const title = { en: 'The one', 'zh-CN': '唯一' };
  for (const name of [base, other]) await say(`checkpoints/${name}`, { title });
  const before = await held();
  const answer = await ask('', { model: 'the one' });
  expect([answer.status, codeOf(answer)]).toEqual([422, 'invalid-params']);
  expect(answer.body.errors).toMatchObject([{ pointer: '/model', message: expect.stringContaining(other) }]);
  expect(await held()).toBe(before);
  // As forms show them.
  expect((await quote({ model: `The one · ${other}` })).status).toBe(200);
});

test('a hidden model is in no list and unknown to people, and administrators use it', async () => {
  await say(`checkpoints/${other}`, { hidden: true });
  expect(await listed()).not.toContain(other);
  expect((await formOf()).model.enum).not.toContain(other);
  const [hidden, unknown] = [await quote({ model: other }), await quote({ model: 'nothing.safetensors' })];
  expect([hidden.status, hidden.body.detail, hidden.body.errors]).toEqual([
    ...[unknown.status, unknown.body.detail, unknown.body.errors],
  ]);
  expect(codeOf(await quote({ model: 'harbourXL.safetensors' }))).toBe('invalid-params');
  expect((await quote({ model: other }, admin)).status).toBe(200);
});

test('a workflow whose own model is hidden still runs with it', async () => {
  await say(`checkpoints/${base}`, { hidden: true });
  expect((await formOf()).model).not.toHaveProperty('default');
  const answer = await ask('', {});
  expect([answer.status, answer.body.params.model]).toEqual([202, base]);
});

test('roles of an entry decide lists, forms, quotes and tasks alike', async () => {
  await say(`checkpoints/${other}`, { roles: ['admin'] });
  expect([(await listed()).includes(other), (await listed(admin)).includes(other)]).toEqual([false, true]);
  const { model } = await formOf();
  expect([model.enum.includes(other), Object.keys(model['x-names']).includes(other)]).toEqual([false, false]);
  const before = await held();
  for (const path of ['', '/quote']) expect(codeOf(await ask(path, { model: other }))).toBe('forbidden');
  expect(await held()).toBe(before);
  expect((await quote({ model: other }, admin)).status).toBe(200);
});

test('price factors multiply, whole and at least 1, in form, quote and hold', async () => {
  const plain = (await quote({})).body.cost;
  await say(`checkpoints/${base}`, { pricePercent: 150 });
  await say('vae/sdxl_vae_fp16_fix.safetensors', { pricePercent: 110 });
  const dear = Math.ceil((plain * 150 * 110) / 10_000);
  const [quoted, before] = [(await quote({})).body.cost, await held()];
  expect(quoted).toBe(dear);
  expect((await ask('', {})).body.cost).toBe(dear);
  expect(await held()).toBe(before + dear);
  await say(`checkpoints/${other}`, { pricePercent: 1 });
  expect((await quote({ model: other })).body.cost).toBe(1);
});

test('the least price of a workflow is what its smallest request costs with the cheapest file', async () => {
  const smallest = { width: 256, height: 256, steps: 1 };
  for (const [version, { percents, least }] of [
    { percents: [300, 300], least: 3 },
    { percents: [300, 200], least: 2 },
    { percents: [400, 900], least: 4 },
  ].entries()) {
    for (const [at, file] of [base, other].entries())
      await say(`checkpoints/${file}`, { version, pricePercent: percents[at] });
    const quoted = [base, other].map(async (model) => (await quote({ ...smallest, model })).body.cost);
    expect(Math.min(...(await Promise.all(quoted)))).toBe(least);
    expect((await formOf()).leastCost).toBe(least);
  }
});

test('an engine is hidden, priced and named like a file', async () => {
  const engine = 'engine/Stable Diffusion XL';
  await say(engine, { pricePercent: 300, title: { en: 'House engine', 'zh-CN': '本店引擎' } });
  expect((await quote({ model: '本店引擎' })).body).toEqual((await quote({})).body);
  const form = await formOf();
  expect(form.model['x-names']['Stable Diffusion XL']).toEqual({ en: 'House engine', 'zh-CN': '本店引擎' });
  await ModelEntryRecord.query(platform.db.database).delete();
  await say(engine, { hidden: true });
  const refused = await quote({});
  // The preview pool here has no other engine.
  expect(refused.status).toBeGreaterThanOrEqual(400);
  expect((await quote({}, admin)).status).toBe(200);
});

test('a licence that forbids selling is noted, or refuses before anything is held', async () => {
  await say(`checkpoints/${other}`, { licence: { name: 'Research only', mayBeSold: 'no' } });
  expect((await quote({ model: other })).status).toBe(200);
  const settings = async (MODEL_LICENCES: string) => {
    const { version } = (await api.call('/api/admin/settings', { token: admin })).body;
    const body = { version, values: { MODEL_LICENCES } };
    await api.call('/api/admin/settings', { token: admin, method: 'PATCH', body });
  };
  await settings('refuse');
  const before = await held();
  const answer = await eventually(async () => {
    const refused = await quote({ model: other });
    expect(codeOf(refused)).toBe('forbidden');
    return refused;
  });
  expect(answer.body.detail).toContain(`The licence of ${other} does not allow`);
  expect(codeOf(await ask('', { model: other }))).toBe('forbidden');
  expect(await listed()).not.toContain(other);
  expect(await held()).toBe(before);
  await settings('note');
  await eventually(async () => expect((await quote({ model: other })).status).toBe(200));
});
