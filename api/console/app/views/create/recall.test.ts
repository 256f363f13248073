import type { ModelView } from '@star-graph/contract/catalogue/models';
import type { EngineView, WorkflowView } from '@star-graph/contract/catalogue/workflows';
import { expect, test } from 'vitest';
import { asMade, recallSettings } from './recall.ts';

const engine = (workflow: string, model: string) =>
  ({ workflow, model, available: true, leastCost: 1 }) satisfies EngineView;
const properties = { prompt: { type: 'string' }, seed: { type: 'integer', 'x-seed': true } };
const nothing = { en: '', 'zh-CN': '' };
const common = { available: true, title: nothing, description: nothing, params: { properties } };
const listed = [
  { ...common, name: 'draw', uses: 'ink', engines: [engine('draw', 'Oil'), engine('ink', 'Ink')] },
  { ...common, name: 'ink', engineOf: 'draw' },
  { ...common, name: 'edit', params: { properties: { ...properties, image: { 'x-asset': 'image' } } } },
] as unknown as WorkflowView[];
const recall = (name: string, params: object) => {
  const recalled = recallSettings({ listed }, { workflow: { name }, params: { ...params } });
  return recalled && [recalled.workflow.name, recalled.draft.values];
};

test('the settings of a picture fill the form that made it', () => {
  const picture = 'b2c6';
  expect(recall('edit', { prompt: 'a pier', seed: 7, image: picture })).toEqual([
    'edit',
    { prompt: 'a pier', seed: 7, image: { assetId: picture } },
  ]);
});

test('an engine comes back as the model of its name', () => {
  expect(recall('ink', { prompt: 'x' })).toEqual(['draw', { prompt: 'x', model: 'Ink' }]);
  expect(recall('draw', { prompt: 'x' })).toEqual(['draw', { prompt: 'x', model: 'Oil' }]);
  expect(recall('draw', { prompt: 'x', model: 'oil.safetensors' })).toEqual([
    'draw',
    { prompt: 'x', model: 'oil.safetensors' },
  ]);
});

test('a workflow that is gone is said to be gone', () => {
  expect(recall('gone', { prompt: 'x' })).toBeUndefined();
});

test('settings of another program come by the model of that name, else without one', () => {
  const models = [
    { folder: 'loras', name: 'Dream Shaper.safetensors', title: { en: 'Dream Shaper', 'zh-CN': '' } },
    {
      folder: 'checkpoints',
      name: 'sd15/DreamShaper_8.safetensors',
      title: { en: 'DreamShaper', 'zh-CN': '' },
    },
  ] as ModelView[];
  const text2img = { ...common, name: 'text2img' } as unknown as WorkflowView;
  const made = (model: unknown) =>
    asMade({ listed: [text2img], models }, { program: 'A1111', params: { prompt: 'x', model } });
  const workflow = { name: 'text2img' };
  const [, known] = models;
  for (const name of ['dreamshaper_8', 'dreamshaper 8.ckpt', 'DREAMSHAPER'])
    expect(made(name)).toEqual({
      made: { workflow, params: { prompt: 'x', model: known?.name } },
      lacks: undefined,
    });
  expect(made('pony')).toEqual({ made: { workflow, params: { prompt: 'x' } }, lacks: 'pony' });
  expect(made(undefined)).toEqual({ made: { workflow, params: { prompt: 'x' } }, lacks: undefined });
});
