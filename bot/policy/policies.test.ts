import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import { findBlock, privacyOf, resolvePlaceRules } from '@star-graph/contract/guilds/guildRules';
import type { Place } from '@star-graph/contract/guilds/placeFaults';
import { expect, test } from 'vitest';
import { Refusal } from '../replies/problems.ts';
import { en } from '../replies/texts/en.ts';
import { requireAllowed, requireResult, withDefaults } from './policyCheck.ts';

const place: Place = { guildId: '1', channelIds: ['10'], roleIds: ['20'], isAgeRestricted: false };

test('a channel overrides the server, a role the channel, by value', () => {
  const policy = {
    enabled: true,
    maxSteps: 20,
    maxCount: 1,
    private: true,
    channels: { '10': { maxSteps: 30, private: false }, '11': { maxSteps: 99 } },
    roles: { '20': { maxSteps: 50 } },
  };
  expect(resolvePlaceRules(policy, place)).toEqual({ maxSteps: 50, maxCount: 1, private: false });
});

test.each([
  [{ enabled: false }, {}, en.refused.disabled],
  [{ channelIds: ['11'] }, {}, en.refused.channel],
  [{ roleIds: ['21'] }, {}, en.refused.role],
  [{ deniedChannelIds: ['10'] }, {}, en.refused.channel],
  [{ channelIds: ['10'], deniedChannelIds: ['10'] }, {}, en.refused.channel],
  [{ deniedCommands: ['imagine'] }, {}, en.refused.workflow],
  [{ commands: ['imagine'], deniedCommands: ['imagine'] }, {}, en.refused.workflow],
  [{ models: ['a'], deniedModels: ['a'] }, { model: 'a' }, en.refused.model],
  [{ deniedModels: ['b'] }, { loras: [{ name: 'b' }] }, en.refused.model],
  [{ workflows: ['upscale'] }, {}, en.refused.workflow],
  [{ models: ['a'] }, { model: 'b' }, en.refused.model],
  [{ nsfwModels: ['b'] }, { model: 'b' }, en.refused.nsfwModel],
  [{ nsfwModels: ['b'] }, { loras: [{ name: 'b' }] }, en.refused.nsfwModel],
  [{ models: ['a'] }, { loras: [{ name: 'b' }] }, en.refused.model],
  [{ blockedWords: ['grim'] }, { prompt: 'Grim!' }, en.refused.words],
  [{ blockedWords: ['grim'] }, { negativePrompt: 'grim' }, en.refused.words],
  [{ blockedWords: ['grim'] }, { motif: 'grim' }, en.refused.words],
  [{ blockedPatterns: ['gr.m'] }, { prompt: 'a GRAM' }, en.refused.words],
  [{ commands: ['upscale'] }, {}, en.refused.workflow],
  [{ nsfwWords: ['nude'] }, { prompt: 'nude' }, en.refused.nsfwWords],
  [{ maxSteps: 10 }, { steps: 11 }, en.refused.steps(10)],
  [{ maxCount: 1 }, { count: 2 }, en.refused.count(1)],
  [{ maxMegapixels: 1 }, { width: 2048, height: 1024 }, en.refused.size(1)],
  [{ maxMegapixels: 0.5 }, { resolution: '720p' }, en.refused.size(0.5)],
  [{ maxFrames: 80 }, { frames: 81 }, en.refused.frames(80)],
])('the policy %j refuses %j', (rules, params, sentence) => {
  const wanted = { workflow: 'text2img', params };
  const check = (here: Place) => () => requireAllowed(en, { enabled: true, ...rules }, here, wanted);
  expect(check(place)).toThrow(new Refusal(sentence));
  // No server's policy applies to direct messages.
  expect(check({ ...place, guildId: null })).not.toThrow();
  expect(() => requireAllowed(en, { enabled: true }, place, wanted)).not.toThrow();
});

test('an engine may be run by its own name or by the command of its workflow', () => {
  const check = (rules: object, workflow = 'z-image') => {
    const engine = workflow === 'z-image' ? { of: 'text2img', model: 'Z-Image Turbo' } : undefined;
    return () => requireAllowed(en, { enabled: true, ...rules }, place, { workflow, params: {}, engine });
  };
  expect(check({ commands: ['imagine'] })).not.toThrow();
  expect(check({ commands: ['run'] })).not.toThrow();
  expect(check({ commands: ['upscale'] })).toThrow(en.refused.workflow);
  expect(check({ deniedCommands: ['imagine', 'run'] })).toThrow(en.refused.workflow);
  expect(check({ deniedModels: ['Z-Image Turbo'] })).toThrow(en.refused.model);
  expect(check({ commands: ['imagine'] }, 'ink')).toThrow(en.refused.workflow);
  expect(check({ commands: ['upscale'] }, 'seedvr2-video')).not.toThrow();
});

test('a prohibition holds in every narrower place, and nowhere else', () => {
  const policy = {
    enabled: true,
    deniedModels: ['a'],
    channels: { '10': { deniedModels: ['b'], models: ['a'] }, '11': { deniedModels: ['c'] } },
    roles: { '20': { deniedModels: [], deniedCommands: ['video'] } },
  };
  expect(resolvePlaceRules(policy, place)).toEqual({
    models: ['a'],
    deniedModels: ['a', 'b'],
    deniedCommands: ['video'],
  });
});

test.each([
  [undefined, 'choice'],
  [true, 'always'],
  [false, 'choice'],
  ['always', 'always'],
  ['choice', 'choice'],
  ['never', 'never'],
] as const)('the rule %j for private results means %s', (rule, expected) => {
  expect(privacyOf(rule === undefined ? {} : { private: rule })).toBe(expected);
});

test('a block holds for its member until its end or its lifting', () => {
  const until = '2026-01-01T00:00:00.000Z';
  const policy = {
    enabled: true,
    blocks: { '1': { reason: 'spam', until }, '2': { reason: 'spam' } },
  };
  const end = Date.parse(until);
  expect(findBlock(policy, '1', end - 1)?.until).toBe(until);
  expect(findBlock(policy, '1', end)).toBeUndefined();
  expect(findBlock(policy, '2', end * 2)).toEqual({ reason: 'spam' });
  expect(findBlock(policy, '3', end - 1)).toBeUndefined();
  expect(findBlock({ enabled: true }, '1', end - 1)).toBeUndefined();
});

test('words and models for age-restricted channels are allowed there', () => {
  const policy = { enabled: true, nsfwWords: ['nude'], nsfwModels: ['a'] };
  const wanted = { workflow: 'text2img', params: { prompt: 'nude', model: 'a' } };
  expect(() => requireAllowed(en, policy, { ...place, isAgeRestricted: true }, wanted)).not.toThrow();
});

const drawing = {
  params: {
    properties: {
      prompt: { type: 'string' },
      model: { type: 'string', 'x-options': 'checkpoints', default: 'a' },
      refiner: { type: 'string', 'x-options': 'checkpoints', default: 'b' },
      sampler: { type: 'string', 'x-options': 'samplers', default: 'euler' },
      steps: { type: 'integer', default: 30 },
      count: { type: 'integer', default: 1 },
    },
  },
} as unknown as WorkflowView;

test('defaults follow the policy too: lowered, or refused for models', () => {
  const rules = { maxSteps: 20, maxCount: 2, models: ['a'] };
  const wanted = { workflow: 'text2img', ...withDefaults(rules, drawing, { prompt: 'x' }) };
  expect(wanted.params).toEqual({ prompt: 'x', model: 'a', refiner: 'b', steps: 20, count: 1 });
  const check = (request: typeof wanted) => () =>
    requireAllowed(en, { enabled: true, ...rules }, place, request);
  expect(check(wanted)).toThrow(new Refusal(en.refused.model));
  expect(check({ ...wanted, params: { ...wanted.params, refiner: 'a' } })).not.toThrow();
  const chosen = { workflow: 'text2img', ...withDefaults(rules, drawing, { refiner: 'a', steps: 25 }) };
  expect(chosen.params.steps).toBe(25);
  expect(check(chosen)).toThrow(new Refusal(en.refused.steps(20)));
});

test('a size that nobody typed is lowered to what the place allows, in the same aspect', () => {
  const side = (usual: number) => ({ type: 'integer', minimum: 256, multipleOf: 8, default: usual });
  const workflow = {
    params: { properties: { width: side(1_216), height: side(832) } },
  } as unknown as WorkflowView;
  const sizeOf = (maxMegapixels: number, params: object = {}) =>
    withDefaults({ maxMegapixels }, workflow, { ...params }).params;
  expect(sizeOf(0.5)).toEqual({ width: 848, height: 584 });
  expect(sizeOf(2)).toEqual({ width: 1_216, height: 832 });
  expect(sizeOf(0.5, { width: 1_024, height: 1_024 })).toEqual({ width: 1_024, height: 1_024 });
  expect(sizeOf(0.01)).toEqual({ width: 256, height: 256 });
  const check = (maxMegapixels: number, params: object = {}) => {
    const rules = { enabled: true, maxMegapixels };
    const wanted = { workflow: 'text2img', ...withDefaults(rules, workflow, { ...params }) };
    return () => requireAllowed(en, rules, place, wanted);
  };
  expect(check(0.5)).not.toThrow();
  expect(check(0.5, { width: 1_024, height: 1_024 })).toThrow(new Refusal(en.refused.size(0.5)));
  expect(check(0.01)).toThrow(new Refusal(en.refused.size(0.01)));
});

const film = {
  fps: 16,
  params: {
    properties: {
      frames: { type: 'integer', minimum: 5, maximum: 161, default: 81, 'x-grid': { step: 4, offset: 1 } },
      resolution: { enum: ['480p', '720p'], default: '720p' },
    },
  },
} as unknown as WorkflowView;

test.each([
  [{ maxFrames: 50 }, {}, 49, undefined],
  [{ maxSeconds: 3 }, {}, 49, undefined],
  [{ maxSeconds: 3 }, { fps: 8 }, 21, undefined],
  [{ maxFrames: 50, maxSeconds: 60 }, { frames: 81 }, 81, en.refused.frames(50)],
  [{ maxSeconds: 4 }, { frames: 81 }, 81, en.refused.seconds(4)],
  [{ maxSeconds: 5 }, { frames: 81 }, 81, undefined],
  [{ maxFrames: 3 }, {}, 5, en.refused.frames(3)],
])('the rules %j lower the length of a film unless %j was typed', (rules, params, frames, refusal) => {
  const wanted = { workflow: 'img2video', ...withDefaults(rules, film, params) };
  expect(wanted.params).toMatchObject({ ...params, frames, resolution: '720p' });
  const check = () => requireAllowed(en, { enabled: true, ...rules }, place, wanted);
  if (refusal === undefined) expect(check).not.toThrow();
  else expect(check).toThrow(new Refusal(refusal));
});

test('the resolution of a film that nobody chose is lowered to what the place allows', () => {
  const resolutionAt = (maxMegapixels: number) => withDefaults({ maxMegapixels }, film, {}).params.resolution;
  expect([1, 0.5, 0.1].map(resolutionAt)).toEqual(['720p', '480p', '720p']);
});

test('a film made from a film may be no longer than the place allows', () => {
  const made = (rules: object, times?: number) => () =>
    requireResult(
      en,
      rules,
      { width: 640, height: 360, durationMs: 4_000, fps: 25 },
      times === undefined ? {} : { times },
    );
  expect(made({ maxFrames: 100, maxSeconds: 4 })).not.toThrow();
  expect(made({ maxFrames: 100 }, 2)).toThrow(new Refusal(en.refused.frames(100)));
  expect(made({ maxSeconds: 3 })).toThrow(new Refusal(en.refused.seconds(3)));
});
