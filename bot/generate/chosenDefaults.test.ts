import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import { expect, test } from 'vitest';
import { type ChoiceOfDefaults, withChosenDefaults } from './chosenDefaults.ts';

const side = { type: 'integer', minimum: 256, maximum: 2_048, multipleOf: 8, default: 1_024 };
const drawing = {
  params: {
    properties: {
      prompt: { type: 'string' },
      negativePrompt: { type: 'string' },
      model: { type: 'string', 'x-options': 'checkpoints', default: 'own' },
      width: side,
      height: side,
    },
  },
} as unknown as WorkflowView;
const offered = ['a', 'b', 'own'].map((name) => ({
  folder: 'checkpoints',
  name,
  backends: 1,
  title: { en: name, 'zh-CN': name },
}));
const small = { width: 512, height: 512 };
const choose = (choice: Partial<ChoiceOfDefaults>, params: Record<string, unknown> = { prompt: 'a fox' }) =>
  withChosenDefaults(params, {
    preferences: {},
    rules: {},
    isAgeRestricted: false,
    workflow: drawing,
    offered: [],
    own: {},
    models: offered,
    ...choice,
  });

test('typed values win over person, server and workflow, in that order', () => {
  const preferences = { model: 'a', negativePrompt: 'rain' };
  const rules = { defaultModel: 'b', defaultSize: small, defaultNegativePrompt: 'snow' };
  expect(choose({ preferences, rules })).toEqual({
    params: { prompt: 'a fox', model: 'a', negativePrompt: 'rain', ...small },
    missingModels: [],
  });
  const typed = { prompt: 'a fox', model: 'own', negativePrompt: '', width: 256, height: 256 };
  expect(choose({ preferences, rules }, typed).params).toEqual(typed);
  expect(choose({ rules }).params).toEqual({
    prompt: 'a fox',
    model: 'b',
    negativePrompt: 'snow',
    ...small,
  });
  expect(choose({}).params).toEqual({ prompt: 'a fox' });
});

test.each<[ChoiceOfDefaults['preferences'], ChoiceOfDefaults['rules']]>([
  [{ model: 'a' }, { models: ['b'] }],
  [{ model: 'a' }, { deniedModels: ['a'] }],
  [{ model: 'a' }, { nsfwModels: ['a'] }],
  [{ size: { width: 2_048, height: 1_024 } }, { maxMegapixels: 1 }],
  [{ negativePrompt: 'grim' }, { blockedWords: ['grim'] }],
  [{ negativePrompt: 'grim' }, { blockedPatterns: ['gr.m'] }],
  [{ negativePrompt: 'grim' }, { nsfwWords: ['grim'] }],
])('the default %j is skipped silently where %j holds', (preferences, rules) => {
  expect(choose({ preferences, rules })).toEqual({ params: { prompt: 'a fox' }, missingModels: [] });
});

test('a model that is not on offer is skipped and named', () => {
  const preferences = { model: 'gone' };
  expect(choose({ preferences, rules: { defaultModel: 'b' } })).toEqual({
    params: { prompt: 'a fox', model: 'b' },
    missingModels: ['gone'],
  });
  const both = choose({ preferences, rules: { defaultModel: 'lost' } });
  expect([both.params, both.missingModels]).toEqual([{ prompt: 'a fox' }, ['gone', 'lost']]);
});

test('a workflow gets only parameters, models and shapes that suit it', () => {
  const upscale = {
    params: {
      properties: {
        model: { type: 'string', 'x-options': 'upscale_models', default: 'x4' },
        width: { ...side, default: undefined },
        height: { ...side, default: undefined },
      },
    },
  } as unknown as WorkflowView;
  const preferences = { model: 'a', size: small, negativePrompt: 'rain' };
  expect(choose({ preferences, workflow: upscale }, { image: 'x' }).params).toEqual({ image: 'x' });
});

const turbo = {
  name: 'turbo',
  engineOf: 'text2img',
  model: 'Turbo',
  params: { properties: { prompt: { type: 'string' }, width: side, height: side } },
} as unknown as WorkflowView;
const withTurbo = (available = true) => {
  const workflow = {
    ...drawing,
    name: 'text2img',
    model: 'Oil',
    uses: 'text2img',
    engines: [
      { workflow: 'text2img', model: 'Oil', available: true, leastCost: 1 },
      { workflow: 'turbo', model: 'Turbo', available, leastCost: 1 },
    ],
  };
  return { workflow, offered: [workflow, turbo] };
};

test('an engine is a default like a file, with the other defaults that it takes', () => {
  const preferences = { model: 'turbo', negativePrompt: 'rain', size: small };
  const rules = { defaultModel: 'Turbo' };
  const chosen = { params: { prompt: 'a fox', model: 'Turbo', ...small }, missingModels: [] };
  expect(choose({ ...withTurbo(), preferences })).toEqual(chosen);
  expect(choose({ ...withTurbo(), rules }).params).toEqual({ prompt: 'a fox', model: 'Turbo' });
  expect(choose({ ...withTurbo(), rules: { ...rules, workflows: ['text2img', 'turbo'] } }).params).toEqual({
    prompt: 'a fox',
    model: 'Turbo',
  });
});

test('an engine that is away is named, and one that does not suit is skipped silently', () => {
  const preferences = { model: 'Turbo' };
  expect(choose({ ...withTurbo(false), preferences })).toEqual({
    params: { prompt: 'a fox' },
    missingModels: ['Turbo'],
  });
  const typed = { prompt: 'a fox', negativePrompt: 'rain' };
  expect(choose({ ...withTurbo(), preferences }, typed)).toEqual({ params: typed, missingModels: [] });
  for (const rules of [{ workflows: ['text2img'] }, { deniedModels: ['Turbo'] }, { models: ['own'] }])
    expect(choose({ ...withTurbo(), preferences, rules }).params).toEqual({ prompt: 'a fox' });
  const others = { offered: withTurbo().offered, workflow: drawing };
  expect(choose({ ...others, preferences })).toEqual({ params: { prompt: 'a fox' }, missingModels: [] });
});
