import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import type { GuildPolicyView } from '@star-graph/contract/guilds/guildPolicy';
import { expect, test } from 'vitest';
import type { Context } from '../interaction/context.ts';
import { en } from '../replies/texts/en.ts';
import { fitRequest } from './fitRequest.ts';

const base = { version: 1, type: 'text2img', outputKind: 'image', leastCost: 1, waiting: false } as const;
const words = { title: { en: 'Draw', 'zh-CN': '绘' }, description: { en: 'Draws.', 'zh-CN': '绘。' } };
const own = { properties: { prompt: {}, model: { 'x-options': 'checkpoints', default: 'oil.safetensors' } } };
const ink = { properties: { prompt: {} } };
const listed: WorkflowView[] = [
  {
    ...base,
    ...words,
    name: 'text2img',
    available: true,
    params: ink,
    uses: 'ink',
    model: 'Oil',
    engines: [
      { workflow: 'ink', model: 'Ink & Paper', available: true, leastCost: 1 },
      { workflow: 'text2img', model: 'Oil', available: true, leastCost: 1, params: own },
    ],
  },
  {
    ...base,
    ...words,
    name: 'ink',
    available: true,
    params: ink,
    engineOf: 'text2img',
    model: 'Ink & Paper',
  },
];
const context = {
  bot: { catalogue: { listWorkflows: async () => listed, listModels: async () => [] } },
  say: en,
  client: { getAsset: async () => ({ width: 800, height: 600 }) },
} as unknown as Context;
const place = { guildId: '1', channelIds: ['2'], roleIds: [], isAgeRestricted: false };

const fit = async (policy: Partial<GuildPolicyView>, params: object) => {
  const circumstances = { policy: { enabled: true, ...policy } as GuildPolicyView, place, preferences: {} };
  const { params: fitted } = await fitRequest(context, circumstances as never, {
    workflow: 'text2img',
    params: { prompt: 'x', ...params },
  });
  return fitted;
};

test('a server that lists its workflows gets no engine by their name', async () => {
  expect(await fit({ workflows: ['text2img'] }, {})).toMatchObject({ model: 'oil.safetensors' });
  await expect(fit({ workflows: ['text2img'] }, { model: 'ink & paper' })).rejects.toThrow(en.refused.model);
  expect(await fit({ workflows: ['text2img', 'ink'] }, { model: 'Ink & Paper' })).toMatchObject({
    model: 'Ink & Paper',
  });
});

test("the workflow's own model by name is judged by its file", async () => {
  const models = ['oil.safetensors'];
  expect(await fit({ models }, { model: 'Oil' })).toMatchObject({ model: 'oil.safetensors' });
  await expect(fit({ deniedModels: models }, { model: 'oil' })).rejects.toThrow(en.refused.model);
  await expect(fit({ models }, { model: 'Ink & Paper' })).rejects.toThrow(en.refused.model);
});

test('a cap of megapixels binds the result of enlarging', async () => {
  const enlarge = (policy: Partial<GuildPolicyView>, scale: number) =>
    fit(policy, { image: 'one', scale, model: 'oil.safetensors' });
  expect(await enlarge({ maxMegapixels: 2 }, 2)).toMatchObject({ scale: 2 });
  await expect(enlarge({ maxMegapixels: 1.9 }, 2)).rejects.toThrow(en.refused.size(1.9));
  await expect(enlarge({ maxMegapixels: 2 }, 4)).rejects.toThrow(en.refused.size(2));
});

test('a place lowers what a preset says, and refuses what was typed above its limits', async () => {
  const steps = { type: 'integer', minimum: 1, maximum: 50, default: 12 };
  const [drawing, ...others] = listed;
  if (!drawing) throw new Error('nothing is listed');
  const params = { properties: { prompt: {}, steps } };
  const engines = drawing.engines?.map((engine) => ({ ...engine, params }));
  const bot = { catalogue: { listWorkflows: async () => [{ ...drawing, engines }, ...others] } };
  const fitFine = (maxSteps: number, typed: object) =>
    fitRequest(
      { ...context, bot } as unknown as Context,
      { policy: { enabled: true, maxSteps } as GuildPolicyView, place, preferences: {} } as never,
      { workflow: 'text2img', params: { prompt: 'x', ...typed }, preset: 'fine' },
    );
  expect((await fitFine(30, {})).params.steps).toBe(20);
  expect((await fitFine(15, {})).params.steps).toBe(15);
  await expect(fitFine(15, { steps: 16 })).rejects.toThrow(en.refused.steps(15));
});
