import { expect, test } from 'vitest';
import { currentBuiltins } from './builtin.ts';
import { byPreference, engineOrder, findEngine, isOnlyNamed, listEngines, modelNameOf } from './engines.ts';
import { excludedPlacesOf } from './models/excludedPlaces.ts';
import { stemOf } from './models/readableName.ts';
import { shippedEntries } from './models/shippedEntries.ts';

const fox = { name: 'fox', engine: { of: 'draw', model: 'Red Fox' } };
const own = { name: 'draw', engine: { of: 'draw', model: 'Own' } };
const plain = { name: 'plain', engine: undefined };
const offered = [fox, plain, own];

test('a workflow comes before its engines, and others are none', () => {
  expect(listEngines(offered, 'draw')).toEqual([own, fox]);
  expect(listEngines(offered, 'fox')).toEqual([fox]);
  expect(listEngines(offered, 'none')).toEqual([]);
});

test('Stable Diffusion 1.5 draws from words only where nothing else does', () => {
  const order = listEngines(
    [...currentBuiltins, { ...fox, engine: { of: 'text2img', model: 'Fox' } }],
    'text2img',
  );
  expect(order.map(({ name }) => name)).toEqual([
    ...['text2img', 'flux1-dev', 'flux2-dev', 'flux2-klein', 'krea2-turbo', 'qwen-image', 'z-image'],
    ...['fox', 'sd15'],
  ]);
});

test('every shipped engine has its place in the order', () => {
  const engines = currentBuiltins.filter(({ name, engine }) => engine && engine.of !== name);
  const places = engineOrder.filter((name) => typeof name === 'string');
  expect(places.toSorted()).toEqual(engines.map(({ name }) => name).toSorted());
});

test('an engine has the name of the model that it loads, letter by letter', () => {
  const titles = shippedEntries.map(({ title }) => [title.toLowerCase(), title] as const);
  const named = currentBuiltins.flatMap(({ engine }) => (engine ? [engine.model] : []));
  const written = named.map((model) => new Map(titles).get(model.toLowerCase()) ?? model);
  expect(written).toEqual(named);
  const drawing = currentBuiltins.filter(({ engine }) => engine?.of === 'text2img');
  const loaded = drawing.flatMap(({ engine, example }) => {
    const file = `checkpoints/${String(example.model).replace(/\.\w+$/, '')}`;
    return shippedEntries
      .filter(({ models }) => models.includes(file))
      .map(({ title }) => [engine?.model, title]);
  });
  expect(loaded).toEqual([
    ['Stable Diffusion 1.5', 'Stable Diffusion 1.5'],
    ['Stable Diffusion XL', 'Stable Diffusion XL'],
  ]);
});

test('preferred engines come first, the rest as they were', () => {
  expect(byPreference([own, fox, plain], ['none', 'plain', 'fox'])).toEqual([plain, fox, own]);
});

test('an engine is found by model or name in any case', () => {
  expect(['RED fox', ' fox', 'FOX'].map((model) => findEngine(offered, model))).toEqual([fox, fox, fox]);
  expect(['', 'fox.safetensors'].map((model) => findEngine(offered, model))).toEqual([undefined, undefined]);
  expect([fox, plain].map(modelNameOf)).toEqual(['Red Fox', 'plain']);
});

test('no two shipped engines of a workflow have one name', () => {
  for (const { name } of currentBuiltins) {
    const names = listEngines(currentBuiltins, name).map((engine) => modelNameOf(engine).toLowerCase());
    expect(new Set(names).size).toBe(names.length);
  }
});

test('a shipped engine is one of a workflow that ships with a model of its own', () => {
  const names = new Map(currentBuiltins.map((workflow) => [workflow.name, workflow]));
  for (const { engine } of currentBuiltins)
    if (engine) expect(names.get(engine.of)?.engine?.of).toBe(engine.of);
});

test('every engine that enlarges takes the scale that people choose', () => {
  const engines = listEngines(currentBuiltins, 'upscale');
  expect(engines.length).toBeGreaterThan(1);
  const image = '01900000-0000-7000-8000-000000000000';
  for (const scale of [2, 4])
    for (const { name, params } of engines)
      expect(params.safeParse({ image, scale }).success, `${name} at ${scale}`).toBe(true);
});

test('of each model that a shipped workflow works with, its licence is told or said to be unknown', () => {
  const working = /^(?:checkpoints|diffusion_models|upscale_models|background_removal|frame_interpolation)$/;
  const told = new Set(shippedEntries.flatMap(({ models }) => models));
  const untold = currentBuiltins.flatMap(({ models, example }) => {
    const all = models(example);
    const works = all.filter(({ folder }) => working.test(folder));
    // Those that write texts have nothing but an encoder.
    return (works.length === 0 ? all : works)
      .map(({ folder, name }) => `${folder}/${stemOf(name)}`)
      .filter((key) => !told.has(key));
  });
  expect(untold).toEqual([]);
  expect(told.size).toBeGreaterThan(30);
});

test('a model whose licence excludes places draws only where somebody names it', () => {
  const named = currentBuiltins.filter((workflow) => isOnlyNamed(workflow, [])).map(({ name }) => name);
  expect(named.toSorted()).toEqual(
    ['minimax-h3-img2video', 'minimax-h3-references', 'minimax-h3-text2video'].toSorted(),
  );
  const [h3] = currentBuiltins.filter(({ name }) => name === 'minimax-h3-text2video');
  expect(h3 && isOnlyNamed(h3, ['wan22-text2video', 'minimax-h3-text2video'])).toBe(false);
  expect(isOnlyNamed(fox, [])).toBe(false);
});

test('the places that a licence excludes are told of an engine and of its file in every precision', () => {
  const places = ['EU', 'GB', 'KR', 'US'];
  const folder = 'diffusion_models';
  for (const name of ['minimax_h3_fl2va_pruned_int8_convrot', 'minimax_h3_fl2va_pruned_bf16'])
    expect(excludedPlacesOf({ folder, name: `video/${name}.safetensors` }), name).toEqual(places);
  expect(excludedPlacesOf({ folder: 'engine', name: 'MiniMax H3' })).toEqual(places);
  expect(excludedPlacesOf({ folder: 'engine', name: 'Z-Image Turbo' })).toEqual([]);
  expect(excludedPlacesOf({ folder, name: 'z_image_turbo_bf16.safetensors' })).toEqual([]);
});
