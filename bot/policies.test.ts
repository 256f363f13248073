import { expect, test } from 'vitest';
import { holdsWord, resolveRules } from './policies.ts';
import { requireAllowed } from './policyCheck.ts';
import { en } from './replies/en.ts';
import { Refusal } from './replies/problems.ts';

test.each([
  ['a grim castle', ['grim'], true],
  ['a GRIM castle', ['grim'], true],
  ['a pilgrim', ['grim'], false],
  ['grimly lit', ['grim*'], true],
  ['一座阴森的城堡', ['阴森'], true],
  ['１２３ full width', ['123'], true],
  ['a.b', ['a+b'], false],
  ['(((((', ['('], true],
])('%j holds one of %j: %s', (text, words, expected) => {
  expect(holdsWord(text, words)).toBe(expected);
});

const place = { guildId: '1', channelIds: ['10'], roleIds: ['20'], isAgeRestricted: false };

test('a channel overrides the server, and a role the channel, value by value', () => {
  const policy = {
    enabled: true,
    maxSteps: 20,
    maxCount: 1,
    private: true,
    channels: { '10': { maxSteps: 30, private: false }, '11': { maxSteps: 99 } },
    roles: { '20': { maxSteps: 50 } },
  };
  expect(resolveRules(policy, place)).toEqual({ maxSteps: 50, maxCount: 1, private: false });
});

test.each([
  [{ enabled: false }, {}, en.refused.disabled],
  [{ channelIds: ['11'] }, {}, en.refused.channel],
  [{ roleIds: ['21'] }, {}, en.refused.role],
  [{ workflows: ['upscale'] }, {}, en.refused.workflow],
  [{ models: ['a'] }, { model: 'b' }, en.refused.model],
  [{ models: ['a'] }, { loras: [{ name: 'b' }] }, en.refused.model],
  [{ blockedWords: ['grim'] }, { prompt: 'Grim!' }, en.refused.words],
  [{ blockedWords: ['grim'] }, { negativePrompt: 'grim' }, en.refused.words],
  [{ nsfwWords: ['nude'] }, { prompt: 'nude' }, en.refused.nsfwWords],
  [{ maxSteps: 10 }, { steps: 11 }, en.refused.steps(10)],
  [{ maxCount: 1 }, { count: 2 }, en.refused.count(1)],
  [{ maxMegapixels: 1 }, { width: 2048, height: 1024 }, en.refused.size(1)],
])('the policy %j refuses %j', (rules, params, sentence) => {
  const wanted = { workflow: 'text2img', params };
  const check = (here: typeof place) => () => requireAllowed(en, { enabled: true, ...rules }, here, wanted);
  expect(check(place)).toThrow(new Refusal(sentence));
  // In direct messages no server's policy holds.
  expect(check({ ...place, guildId: null as unknown as string })).not.toThrow();
  expect(() => requireAllowed(en, { enabled: true }, place, wanted)).not.toThrow();
});

test('words for age-restricted channels are allowed there', () => {
  const policy = { enabled: true, nsfwWords: ['nude'] };
  const wanted = { workflow: 'text2img', params: { prompt: 'nude' } };
  expect(() => requireAllowed(en, policy, { ...place, isAgeRestricted: true }, wanted)).not.toThrow();
});
