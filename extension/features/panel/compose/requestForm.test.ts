import type { EngineView, WorkflowView } from '@star-graph/api/contract/catalogue/workflows';
import { expect, test } from 'vitest';
import { changeModel, createForms, presentRequest, readRequest } from './requestForm.ts';

const image = { type: 'string', 'x-asset': 'image' };
const form = (properties: object) => ({
  ...{ properties: { image, prompt: { type: 'string' }, ...properties }, required: ['image'] },
});
const words = { title: { en: 'Edit', 'zh-CN': '编辑' }, description: { en: '', 'zh-CN': '' } };
const view = (name: string, params: object): WorkflowView => ({
  ...{ ...words, name, version: 1, type: 'img2img', outputKind: 'image', exampleCost: 1 },
  ...{ available: true, waiting: false, params: { ...params } },
});
const engine = (workflow: string, model: string, values: Partial<EngineView> = {}): EngineView => ({
  ...{ workflow, model, available: true, exampleCost: 1, ...values },
});
const ownForm = form({
  denoise: { type: 'number', minimum: 0, maximum: 1, default: 0.6 },
  width: { type: 'integer', minimum: 64, multipleOf: 8 },
  steps: { type: 'integer', default: 25 },
  model: { type: 'string', enum: ['Oil', 'Ink & Paper', 'oil.safetensors'] },
});
const ink = view(
  'ink',
  form({
    ...{ denoise: { type: 'number', default: 1 }, width: { type: 'integer', minimum: 64, multipleOf: 16 } },
    ...{ steps: { type: 'integer', default: 8 }, loras: { type: 'array' } },
  }),
);
const edit: WorkflowView = {
  ...view('edit', ink.params),
  ...{ uses: 'ink' },
  engines: [
    engine('ink', 'Ink & Paper'),
    engine('edit', 'Oil', { params: ownForm }),
    engine('away', 'Chalk', { available: false, reason: 'chalk.safetensors is missing' }),
  ],
};
const formOf = createForms({ listed: [edit, ink], workflow: edit }, 'en', 'Model');
const namesOf = (model?: string) => formOf(model).fields.map(({ name }) => name);

test('a workflow with engines shows one model field, above the rest', () => {
  expect(formOf(undefined).fields[0]).toMatchObject({
    ...{ name: 'model', title: 'Model', default: 'Ink & Paper' },
    options: ['Ink & Paper', 'Oil', 'Chalk', 'oil.safetensors'],
    unavailable: { Chalk: 'chalk.safetensors is missing' },
  });
  expect(namesOf('Oil')).toEqual(['model', 'prompt', 'denoise', 'width', 'steps']);
});

test('an engine has its own form, and a file that of the workflow itself', () => {
  const stepsOf = (model?: string) => formOf(model).fields.find(({ name }) => name === 'steps')?.default;
  expect([undefined, 'Ink & Paper', 'Oil', 'oil.safetensors'].map(stepsOf)).toEqual([8, 8, 25, 25]);
});

test('another model keeps chosen values that it takes, and no tuning', () => {
  const texts = { ...presentRequest(formOf, { model: 'Oil' }), prompt: 'a pier', width: '72', steps: '30' };
  expect(changeModel(formOf, texts, 'Ink & Paper')).toEqual({
    ...{ model: 'Ink & Paper', prompt: 'a pier', denoise: '1', width: '', steps: '8' },
  });
  const fitting = changeModel(formOf, { ...texts, width: '128', denoise: '0.4' }, 'Ink & Paper');
  expect(fitting).toMatchObject({ width: '128', denoise: '0.4' });
});

test('a stored model that cannot run gives way, with its tuning', () => {
  const stored = { model: 'Chalk', prompt: 'a pier', steps: 40 };
  expect(presentRequest(formOf, stored)).toMatchObject({
    ...{ model: 'Ink & Paper', prompt: 'a pier', steps: '8' },
  });
  expect(presentRequest(formOf, { ...stored, model: 'Oil' })).toMatchObject({ model: 'Oil', steps: '40' });
});

test('values without a control are sent to the model that has them', () => {
  const stored = { image: 'asset', loras: [{ name: 'a' }], prompt: 'old' };
  const send = (model: string) => readRequest(formOf(model), { model, prompt: 'new' }, stored);
  expect(send('Ink & Paper')).toEqual({ ...stored, model: 'Ink & Paper', prompt: 'new' });
  expect(send('Oil')).toEqual({ image: 'asset', model: 'Oil', prompt: 'new' });
});

test('a workflow without engines has the fields of its schema', () => {
  const plain = createForms({ listed: [], workflow: view('plain', ownForm) }, 'en', 'Model');
  expect(plain(undefined).fields.map(({ name }) => name)).toEqual([
    ...['prompt', 'denoise', 'width', 'steps', 'model'],
  ]);
});
