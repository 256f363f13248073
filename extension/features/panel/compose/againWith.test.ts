import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { expect, test } from 'vitest';
import en from '../../../public/_locales/en/messages.json' with { type: 'json' };
import { listAgainChoices } from './againChoices.ts';
import { type Line, listTranslationLines } from './translationLines.ts';

const view = (name: string, values: Partial<WorkflowView> = {}): WorkflowView => ({
  name,
  version: 1,
  type: 'text2img',
  outputKind: 'image',
  leastCost: 1,
  title: { en: `The ${name}`, 'zh-CN': `此${name}` },
  description: { en: '', 'zh-CN': '' },
  available: true,
  waiting: false,
  params: { properties: { prompt: {} }, required: ['prompt'] },
  ...values,
});
const ink = view('ink', { engineOf: 'draw', model: 'Ink & Paper' });
const chalk = view('chalk', { engineOf: 'draw', model: 'Chalk' });
const draw = view('draw', {
  model: 'Oil',
  engines: [
    { workflow: 'draw', model: 'Oil', available: true, leastCost: 1 },
    { workflow: 'ink', model: 'Ink & Paper', available: true, leastCost: 1 },
  ],
});
const enlarge = view('enlarge', {
  params: { properties: { image: { 'x-asset': 'image' } }, required: ['image'] },
});
const task = {
  workflow: { name: 'draw', version: 1 },
  params: { prompt: 'a pier' },
  outputs: [{ mime: 'image/png' }],
} as unknown as TaskView;
const listChoices = (listed: WorkflowView[], of = task) =>
  listAgainChoices(listed, of, 'en').map(({ title, workflows }) => [
    title,
    ...workflows.map(({ name }) => name),
  ]);

test('each name is offered once, with its engines under it', () => {
  expect(listChoices([enlarge, draw, ink, view('lone'), chalk])).toEqual([
    ['The draw', 'ink', 'chalk'],
    ['The enlarge', 'enlarge'],
    ['The lone', 'lone'],
  ]);
});

test('what cannot run now, or needs more, is not offered', () => {
  const properties = { image: { 'x-asset': 'image' }, mask: { 'x-asset': 'image' } };
  const masked = view('masked', { params: { properties, required: ['image', 'mask'] } });
  expect(listChoices([draw, { ...ink, available: false }, masked])).toEqual([]);
  expect(listChoices([enlarge], { ...task, outputs: [] } as TaskView)).toEqual([]);
});

/** As the browser shows it. */
const say = ([key, ...values]: Line): string =>
  values.reduce((text, value, index) => text.replace(`$${index + 1}`, value), en[key].message);

test('every change of a value is a sentence with its readable name', () => {
  const form = { properties: { steps: { 'x-title': { en: 'Sampling steps' } } } };
  const lines = listTranslationLines(
    [
      { code: 'result', param: 'image' },
      { code: 'size', param: 'size', from: { width: 768, height: 512 }, to: { width: 1216, height: 832 } },
      { code: 'nearest', param: 'frames', from: 80, to: 81 },
      { code: 'default', param: 'steps', from: 30, to: 8 },
      { code: 'default', param: 'model', from: 'a.safetensors' },
      { code: 'dropped', param: 'cfg', from: 7 },
      { code: 'needed', param: 'mask' },
    ],
    [undefined, view('ink', { params: form })],
    { locale: 'en', sizeTitle: 'Size' },
  );
  expect(lines.map(say)).toEqual([
    'image: the result',
    'Size: 1216 × 832 instead of 768 × 512',
    'frames: 81 instead of 80',
    'Sampling steps: set anew, to 8',
    'model: set anew',
    'cfg: left out, because this workflow has no such value',
    'mask: must be given',
  ]);
});
