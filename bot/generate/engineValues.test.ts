import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import { expect, test } from 'vitest';
import { Refusal } from '../replies/problems.ts';
import { en } from '../replies/texts/en.ts';
import { type EngineChoices, withEngineValues } from './engineValues.ts';

const common = { version: 1, outputKind: 'video', leastCost: 1, available: true, waiting: false } as const;
const words = { title: { en: 'A', 'zh-CN': '甲' }, description: { en: 'A.', 'zh-CN': '甲。' } };
const steps = (usual: number, maximum = 100) => ({
  steps: { type: 'integer', minimum: 1, maximum, default: usual },
});
const frames = (minimum: number, maximum: number, grid?: object) => ({
  frames: { type: 'integer', minimum, maximum, default: minimum, ...(grid && { 'x-grid': grid }) },
});

/** The first is the workflow itself. */
function list(type: 'text2img' | 'img2video', engines: Record<string, [object, fps?: number, sound?: true]>) {
  const offered = Object.entries(engines).map(
    ([model, [properties, fps, sound]], index): WorkflowView => ({
      ...common,
      ...words,
      type,
      model,
      name: index === 0 ? type : model,
      params: { properties },
      ...(index === 0 ? {} : { engineOf: type }),
      ...(fps === undefined ? {} : { fps }),
      ...(sound && { sound }),
    }),
  );
  const [listed, ...others] = offered;
  if (!listed) throw new Error('no engine');
  const engineViews = offered.map(({ name, model = name, params }) => ({
    workflow: name,
    model,
    params,
    available: true,
    leastCost: 1,
  }));
  return [{ ...listed, engines: engineViews }, ...others];
}

const fill = (offered: WorkflowView[], params: object, choices: EngineChoices) =>
  withEngineValues(en, offered, offered[0], { ...params }, choices);

const drawing = list('text2img', {
  Oil: [{ prompt: {}, model: {}, ...steps(30) }],
  Turbo: [{ prompt: {}, steps: { ...steps(8, 15).steps, 'x-presets': { draft: 4, fine: 12 } } }],
  Lora: [{ prompt: {}, steps: { type: 'integer' }, fast: { type: 'boolean' } }],
  Fixed: [{ prompt: {} }],
});

test.each<[string | undefined, object, object]>([
  [undefined, { steps: 12 }, { steps: 50 }],
  ['Turbo', { steps: 4 }, { steps: 12 }],
  ['Lora', { fast: true }, { fast: false }],
])('with the model %s a preset means values that its engine takes', (model, draft, fine) => {
  const params = { prompt: 'a fox', ...(model === undefined ? {} : { model }) };
  expect(fill(drawing, params, { preset: 'draft' })).toEqual({ ...params, ...draft });
  expect(fill(drawing, params, { preset: 'fine' })).toEqual({ ...params, ...fine });
  expect(fill(drawing, { ...params, steps: 9 }, { preset: 'fine' })).toEqual({ ...params, steps: 9 });
});

test('a preset is refused with the name of an engine that has none', () => {
  expect(() => fill(drawing, { model: 'Fixed' }, { preset: 'fine' })).toThrow(
    new Refusal(en.badOption(en.limited('preset', en.limit.notTaken('Fixed')))),
  );
});

const films = list('img2video', {
  Short: [{ image: {}, ...frames(2, 25), fps: { default: 6 }, motion: {} }],
  Wan: [{ image: {}, prompt: {}, ...frames(5, 121, { step: 4, offset: 1 }) }, 16],
  Long: [{ image: {}, prompt: {}, lastImage: {}, ...frames(120, 360) }, 24, true],
});

test.each<[string, object, number, object]>([
  ['the first engine', { image: 'a' }, 2, { frames: 12 }],
  ['the first engine that takes the words', { image: 'a', prompt: 'x' }, 2, { frames: 33 }],
  ['the first engine whose films are so long', { image: 'a' }, 5, { model: 'Wan', frames: 81 }],
  ['the next one', { image: 'a', prompt: 'x' }, 10, { model: 'Long', frames: 240 }],
  ['the engine that was named', { image: 'a', model: 'wan' }, 1, { frames: 17 }],
  ['a typed rate', { image: 'a', fps: 10 }, 2, { frames: 20 }],
])('a length in seconds becomes frames of %s', (_, params, seconds, added) => {
  expect(fill(films, params, { seconds })).toEqual({ ...params, ...added });
});

test.each<[object, number, string]>([
  [{ image: 'a', model: 'Wan' }, 20, 'seconds (0.3 to 7.6)'],
  [{ image: 'a' }, 60, 'seconds (0.3 to 15)'],
  [{ image: 'a', motion: 9 }, 9, 'seconds (0.3 to 4.2)'],
  [{ image: 'a', frames: 9 }, 1, 'frames, seconds (only one of the two)'],
])('of %j a film of %s seconds is refused with its limits', (params, seconds, limit) => {
  expect(() => fill(films, params, { seconds })).toThrow(new Refusal(en.badOption(limit)));
});

test.each<[object, EngineChoices, object]>([
  [{ image: 'a' }, { sound: true }, { model: 'Long' }],
  [{ image: 'a' }, { sound: false }, {}],
  [{ image: 'a', model: 'Long' }, { sound: true, seconds: 6 }, { frames: 144 }],
  [{ image: 'a', prompt: 'x' }, { sound: false, seconds: 2 }, { frames: 33 }],
])('of %j with %j the first engine is taken that makes it so', (params, choices, added) => {
  expect(fill(films, params, choices)).toEqual({ ...params, ...added });
});

test('a length or a sound is no reason to take an engine that has to be named', () => {
  const [listed, ...others] = films;
  const engines = listed?.engines?.map((engine) => ({
    ...engine,
    ...(engine.model === 'Long' && { onlyNamed: true as const }),
  }));
  const offered = listed && engines ? [{ ...listed, engines }, ...others] : [];
  const refused = new Refusal(en.badOption(en.limited('sound', en.limit.notTaken('Short'))));
  expect(() => fill(offered, { image: 'a' }, { sound: true })).toThrow(refused);
  expect(fill(offered, { image: 'a', model: 'Long' }, { sound: true })).toEqual({
    image: 'a',
    model: 'Long',
  });
});

test.each<[object, EngineChoices, string]>([
  [{ image: 'a', model: 'Wan' }, { sound: true }, en.limited('sound', en.limit.notTaken('Wan'))],
  [{ image: 'a', motion: 9 }, { sound: true }, en.limited('sound', en.limit.notTaken('Short'))],
  [{ image: 'a' }, { sound: true, seconds: 2 }, 'seconds (5 to 15)'],
])('of %j with %j no engine can make it, and the refusal says why', (params, choices, limit) => {
  expect(() => fill(films, params, choices)).toThrow(new Refusal(en.badOption(limit)));
});
