import { expect, test } from 'vitest';
import { describeRequest, findEngineView } from './engineForms.ts';
import type { EngineView, WorkflowView } from './workflows.ts';

const form = (...names: string[]) => ({ properties: Object.fromEntries(names.map((name) => [name, {}])) });
const common = { version: 1, type: 'text2img', outputKind: 'image', leastCost: 1, waiting: false } as const;
const words = { title: { en: 'Draw', 'zh-CN': '绘' }, description: { en: 'Draws.', 'zh-CN': '绘。' } };
const engine = (workflow: string, model: string, values: Partial<EngineView> = {}): EngineView => ({
  workflow,
  model,
  available: true,
  leastCost: 1,
  ...values,
});
const ink: WorkflowView = {
  ...common,
  ...words,
  name: 'ink',
  available: true,
  params: form('prompt'),
  engineOf: 'draw',
};
/** It shows the form of the engine that is used, and its own beside it. */
const draw: WorkflowView = {
  ...common,
  ...words,
  name: 'draw',
  available: true,
  params: ink.params,
  uses: 'ink',
  engines: [engine('ink', 'Ink & Paper'), engine('draw', 'Oil', { params: form('prompt', 'cfg', 'model') })],
};
const listed = [draw, ink];
const formOf = (view: WorkflowView, params: object) =>
  Object.keys(describeRequest(listed, view, { ...params }).params.properties as object);

test('a request has the form of the engine that runs it', () => {
  expect(formOf(draw, { prompt: 'x' })).toEqual(['prompt']);
  expect(formOf(draw, { prompt: 'x', cfg: 3 })).toEqual(['prompt', 'cfg', 'model']);
  expect(formOf(draw, { prompt: 'x', cfg: 3, model: 'INK & paper' })).toEqual(['prompt']);
  expect(formOf(draw, { model: 'oil.safetensors' })).toEqual(['prompt', 'cfg', 'model']);
  expect(formOf(ink, { prompt: 'x' })).toEqual(['prompt']);
});

test('a file has the form of the engine that lists it, first the workflow itself', () => {
  const fox = { enum: ['a/fox.ckpt'] };
  const withFiles = { ...ink, params: { properties: { prompt: {}, model: fox } } };
  const oil = { properties: { model: { enum: ['b'] } } };
  const own = { ...draw, engines: [engine('ink', 'Ink & Paper'), engine('draw', 'Oil', { params: oil })] };
  const runs = (model: string) => describeRequest([draw, withFiles], own, { model }).name;
  expect(['a/fox.ckpt', 'b', 'none'].map(runs)).toEqual(['ink', 'draw', 'draw']);
});

test('an engine that does not run now is passed over', () => {
  const away = {
    ...draw,
    engines: draw.engines?.map((it) => ({ ...it, available: it.workflow === 'draw' })),
  };
  expect(formOf(away as WorkflowView, { prompt: 'x' })).toEqual(['prompt', 'cfg', 'model']);
});

test('an engine is found by its model or workflow, a file is none', () => {
  expect(['oil', ' INK ', 'x.safetensors', 7].map((it) => findEngineView(draw, it)?.workflow)).toEqual([
    ...['draw', 'ink', undefined, undefined],
  ]);
});
