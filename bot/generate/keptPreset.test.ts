import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import { expect, test } from 'vitest';
import { Refusal } from '../replies/problems.ts';
import { en } from '../replies/texts/en.ts';
import { findPreset, readKeptPreset } from './keptPreset.ts';

const steps = { type: 'integer', minimum: 1, maximum: 20, default: 8 };
const form = (more: object = {}) => ({
  properties: { prompt: { type: 'string' }, steps, image: { type: 'string', 'x-asset': 'image' }, ...more },
});
const base = { version: 1, type: 'text2img', outputKind: 'image', leastCost: 1, waiting: false } as const;
const words = { title: { en: 'Draw', 'zh-CN': '绘' }, description: { en: '', 'zh-CN': '' } };
const width = { type: 'integer', minimum: 256, maximum: 1024, multipleOf: 8 };
const offered: WorkflowView[] = [
  {
    ...base,
    ...words,
    name: 'text2img',
    available: true,
    params: form({ width }),
    model: 'Oil',
    engines: [
      { workflow: 'text2img', model: 'Oil', available: true, leastCost: 1 },
      { workflow: 'ink', model: 'Ink', available: true, leastCost: 1 },
    ],
  },
  { ...base, ...words, name: 'ink', available: true, params: form({ frames: { type: 'integer' } }) },
];
const draft = {
  values: { prompt: 'kept', width: 1_300, image: 'a', model: 'Ink', frames: 9 },
  tuning: { ink: { steps: 4 }, text2img: { steps: 90 } },
};
const kept = [
  { id: 'a-1', workflow: 'ink', name: 'Ink of mine', draft },
  { id: 'a-2', workflow: 'text2img', name: 'Portrait', draft },
  { id: 'a-3', workflow: 'img2img', name: 'Other', draft },
];
const read = (wanted: string, typed: object = {}, isLengthTyped = false) =>
  readKeptPreset(en, kept, wanted, {
    offered,
    workflow: 'text2img',
    typed: { ...typed },
    isLengthTyped,
  });

test('a kept preset fills in what its engine takes, without pictures, under typed values', () => {
  expect(read('a-1', { prompt: 'typed' })).toEqual({ model: 'Ink', prompt: 'typed', steps: 4, frames: 9 });
  expect(read('portrait')).toEqual({ model: 'Ink', prompt: 'kept', steps: 4, frames: 9 });
  expect(read('portrait', {}, true)).toEqual({ model: 'Ink', prompt: 'kept', steps: 4 });
});

test('for another model than its own a kept preset has values within the limits of that one', () => {
  expect(read('Portrait', { model: 'Oil' })).toEqual({
    model: 'Oil',
    prompt: 'kept',
    steps: 20,
    width: 1_024,
  });
});

test('a preset of another workflow, or of nobody, is refused by its option', () => {
  for (const wanted of ['Other', 'a-3', 'nothing'])
    expect(() => read(wanted)).toThrow(new Refusal(en.badOption(en.limited('preset', en.limit.listed))));
});

test('the presets of every engine are known by either name', () => {
  expect(['draft', ' Fine', '草稿', 'Portrait'].map(findPreset)).toEqual([
    'draft',
    'fine',
    'draft',
    undefined,
  ]);
});
