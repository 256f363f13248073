import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import { parseInventory } from '@star-graph/core/comfy/answers/inventory';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { packInventory, saveInventory } from '@star-graph/core/library/catalogue/storedInventory';
import { eventually } from '@star-graph/core/testing/eventually';
import { sampleEngineManifest } from '@star-graph/workflows/testing/sampleManifest';
import { fullObjectInfo } from '@star-graph/workflows/testing/testObjectInfo';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { addBackend } from '../../testing/servers/apiServer.ts';
import { apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture();
let backendId: string;
beforeAll(async () => {
  backendId = (await addBackend(platform)).id;
});
const api = apiFixture(platform);
let admin: string;
let token: string;
beforeAll(async () => {
  admin = await api.signInAsAdmin();
  token = (await api.signUp()).accessToken;
  const body = sampleEngineManifest('ink', 'Ink & Paper');
  expect((await api.call('/api/admin/workflows', { token: admin, body })).status).toBe(201);
});
beforeEach(async () => {
  await install(fullObjectInfo);
  await prefer({});
});

const install = (objectInfo: object) =>
  saveInventory(
    { database: platform.db.database, clock: systemClock },
    backendId,
    packInventory(parseInventory(objectInfo)),
  );

async function prefer(ENGINES: Record<string, string[]>): Promise<void> {
  const { version } = (await api.call('/api/admin/settings', { token: admin })).body;
  const body = { version, values: { ENGINES } };
  const changed = await api.call('/api/admin/settings', { token: admin, method: 'PATCH', body });
  expect(changed.body.settings.ENGINES).toMatchObject({ value: ENGINES, default: {} });
}

async function find(name: string): Promise<WorkflowView> {
  const { body } = await api.call('/api/v1/workflows?limit=100', { token });
  return body.items.find((workflow: WorkflowView) => workflow.name === name);
}
/** Of these two alone: others ship. */
const twoOf = ({ engines = [] }: WorkflowView) =>
  engines.filter(({ workflow }) => ['text2img', 'ink'].includes(workflow));
const paramsOf = ({ params }: WorkflowView) =>
  (params as { properties: Record<string, { enum?: string[] }> }).properties;
const generate = async () =>
  (await api.call('/api/v1/generate/text2img', { token, body: { prompt: 'a boat' } })).body;

test('a workflow lists its engines, and each engine what it is of', async () => {
  await eventually(async () => expect((await find('text2img')).uses).toBe('text2img'));
  const [text2img, ink, outpaint] = [await find('text2img'), await find('ink'), await find('outpaint')];
  expect(text2img).toMatchObject({ model: 'Stable Diffusion XL', available: true, uses: 'text2img' });
  expect(twoOf(text2img)).toMatchObject([
    { workflow: 'text2img', model: 'Stable Diffusion XL', leastCost: text2img.leastCost },
    { workflow: 'ink', model: 'Ink & Paper', available: true, leastCost: ink.leastCost },
  ]);
  const [engines, names] = [text2img.engines ?? [], paramsOf(text2img).model?.enum ?? []];
  expect(names.slice(0, engines.length)).toEqual(engines.map(({ model }) => model));
  expect(names.slice(engines.length)).toContain('sd_xl_base_1.0.safetensors');
  expect(ink).toMatchObject({ engineOf: 'text2img', model: 'Ink & Paper' });
  for (const key of ['engines', 'uses', 'engineOf']) expect(outpaint).not.toHaveProperty(key);
});

test('a preferred engine gives the common name its form and price', async () => {
  await prefer({ text2img: ['ink'] });
  await eventually(async () => expect((await find('text2img')).uses).toBe('ink'));
  const [text2img, ink] = [await find('text2img'), await find('ink')];
  expect(text2img.params).toEqual(ink.params);
  expect([text2img.leastCost, text2img.title.en]).toEqual([ink.leastCost, 'Text to picture']);
  expect(twoOf(text2img).map(({ workflow }) => workflow)).toEqual(['ink', 'text2img']);
  expect((await generate()).workflow).toEqual({ name: 'ink', version: 1 });
  const own = text2img.engines?.find(({ workflow }) => workflow === 'text2img');
  expect(own?.params).toMatchObject({ properties: { negativePrompt: {}, model: {} } });
});

test('a workflow that only its engine can run is available, and runs', async () => {
  const { KSamplerAdvanced: _ofText2img, ...others } = fullObjectInfo;
  await install(others);
  // Its name alone may be a moment old: it was preferred before.
  await eventually(async () => {
    const text2img = await find('text2img');
    expect(text2img).toMatchObject({ available: true, uses: 'ink' });
    expect(text2img).not.toHaveProperty('reason');
    expect(twoOf(text2img)).toMatchObject([
      { workflow: 'text2img', available: false, reason: expect.stringContaining('KSamplerAdvanced') },
      { workflow: 'ink', available: true },
    ]);
  });
  expect((await generate()).workflow.name).toBe('ink');
});

test('a preference with a wrong name or a name twice is refused', async () => {
  for (const [ENGINES, pointer] of [
    [{ text2img: ['ink', 'ink'] }, '/values/ENGINES/text2img'],
    [{ text2img: ['../x'] }, '/values/ENGINES/text2img/0'],
    [{ text2img: 'ink' }, '/values/ENGINES/text2img'],
  ] as const) {
    const { version } = (await api.call('/api/admin/settings', { token: admin })).body;
    const body = { version, values: { ENGINES } };
    const refused = await api.call('/api/admin/settings', { token: admin, method: 'PATCH', body });
    expect([refused.status, refused.body.errors[0].pointer]).toEqual([422, pointer]);
  }
});
