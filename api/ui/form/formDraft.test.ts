import type { EngineView, WorkflowView } from '@star-graph/contract/catalogue/workflows';
import { currentBuiltins } from '@star-graph/workflows/builtin';
import { describeParams } from '@star-graph/workflows/params/paramsMeta';
import { expect, test } from 'vitest';
import { createForm } from './createForm.ts';
import { emptyDraft, type FormDraft, fromParams, readValue, toRequest, writeValue } from './formDraft.ts';

const words = { title: { en: 'Edit', 'zh-CN': '编辑' }, description: { en: '', 'zh-CN': '' } };
const view = (name: string, params: object): WorkflowView => ({
  ...words,
  name,
  version: 1,
  type: 'img2img',
  outputKind: 'image',
  leastCost: 1,
  available: true,
  waiting: false,
  params: { ...params },
});
const engine = (workflow: string, model: string, values: Partial<EngineView> = {}): EngineView => ({
  workflow,
  model,
  available: true,
  leastCost: 1,
  ...values,
});
const image = { type: 'string', 'x-asset': 'image' };
const form = (properties: object) => ({ properties: { image, prompt: { type: 'string' }, ...properties } });
const ink = view(
  'ink',
  form({
    denoise: { type: 'number', minimum: 0, maximum: 1, default: 1 },
    frames: { type: 'integer', minimum: 5, maximum: 81, multipleOf: 1, 'x-grid': { step: 4, offset: 1 } },
    steps: { type: 'integer', default: 8 },
  }),
);
const ownForm = form({
  denoise: { type: 'number', minimum: 0, maximum: 1, default: 0.6 },
  frames: { type: 'integer', minimum: 2, maximum: 25 },
  steps: { type: 'integer', default: 25 },
  model: { type: 'string', enum: ['Oil', 'Ink & Paper', 'oil.safetensors'] },
});
const edit: WorkflowView = {
  ...view('edit', ink.params),
  uses: 'ink',
  engines: [
    engine('ink', 'Ink & Paper'),
    engine('edit', 'Oil', { params: ownForm }),
    engine('away', 'Chalk', { available: false, reason: 'chalk.safetensors is missing' }),
  ],
};
const source = { listed: [edit, ink], workflow: edit };
const formOf = (draft: FormDraft) => createForm(source, draft.values.model, 'en');
const sent = (draft: FormDraft) => toRequest(formOf(draft), draft);
const shown = (draft: FormDraft, name: string) => {
  const current = formOf(draft);
  const field = current.fields.find((one) => one.name === name);
  return field && readValue(current, draft, field);
};
const write = (draft: FormDraft, values: Record<string, unknown>): FormDraft =>
  Object.entries(values).reduce((one, [name, value]) => writeValue(formOf(one), one, name, value), draft);

const shipped = currentBuiltins.map((workflow) => ({
  workflow,
  form: createForm(
    { listed: [], workflow: view(workflow.name, describeParams(workflow.params)) },
    undefined,
    'en',
  ),
}));

test('parameters of every shipped workflow come back as they went', () => {
  for (const { workflow, form: own } of shipped) {
    const draft = fromParams(
      { listed: [], workflow: view(workflow.name, describeParams(workflow.params)) },
      workflow.example,
      'en',
    );
    const { params, example, name } = workflow;
    expect.soft(params.parse(toRequest(own, draft)), name).toEqual(params.parse(example));
  }
});

test('every default that a form shows is one that the server takes', () => {
  for (const { workflow, form: own } of shipped) {
    const defaults = own.fields.flatMap((field) =>
      'default' in field && field.default !== undefined ? [[field.name, field.default] as const] : [],
    );
    const request = { ...workflow.example, ...Object.fromEntries(defaults), ...workflow.example };
    expect.soft(workflow.params.safeParse(request).error?.issues, workflow.name).toBeUndefined();
  }
});

test('an empty form asks for nothing but its model', () => {
  expect(sent(emptyDraft)).toEqual({ model: 'Ink & Paper' });
  expect(sent(write(emptyDraft, { prompt: '  ', denoise: undefined }))).toEqual({ model: 'Ink & Paper' });
});

test('another model keeps what it takes, and begins with its own tuning', () => {
  const before = write(emptyDraft, { prompt: 'a pier', denoise: 0.4, steps: 12, frames: 81 });
  const after = write(before, { model: 'Oil' });
  expect(sent(after)).toEqual({ model: 'oil.safetensors', prompt: 'a pier', denoise: 0.4, frames: 25 });
  expect(shown(after, 'steps')).toBe(25);
});

test('one model has one name: a workflow whose files are listed is no further choice', () => {
  const title = { en: 'Oil 1.0', 'zh-CN': '油画 1.0' };
  const licence = { name: 'MIT', url: null };
  const file = { folder: 'checkpoints', name: 'oil.safetensors', backends: 1, pricePercent: 150 };
  const models = [{ ...file, title, licence, triggerWords: ['oil paint'] }];
  const listed = [{ ...edit, engines: edit.engines?.map((one) => ({ ...one, exampleSeconds: 8 })) }, ink];
  const field = createForm({ listed, workflow: listed[0] ?? edit, models }, undefined, 'en').fields.find(
    ({ name }) => name === 'model',
  );
  expect(field).toMatchObject({
    default: 'Ink & Paper',
    options: [
      { value: 'Ink & Paper', label: 'Ink & Paper', seconds: 8, leastCost: 1 },
      { value: 'Chalk', unavailable: 'chalk.safetensors is missing' },
      {
        value: 'oil.safetensors',
        alias: 'Oil',
        label: 'Oil 1.0',
        seconds: 8,
        leastCost: 1,
        licence: 'MIT',
        triggerWords: ['oil paint'],
      },
    ],
  });
});

test('files of each engine are a choice, and run with the engine that lists them', () => {
  const model = { type: 'string', default: 'ink.ckpt', enum: ['ink.ckpt', 'mine.ckpt', 'oil.safetensors'] };
  const listed = [edit, { ...ink, params: form({ model, steps: { type: 'integer', default: 8 } }) }];
  const of = (name?: string) => createForm({ listed, workflow: edit }, name, 'en');
  const field = of().fields.find(({ name }) => name === 'model');
  expect(field?.kind === 'choice' && field.options.map(({ value }) => value)).toEqual([
    ...['Chalk', 'oil.safetensors', 'ink.ckpt', 'mine.ckpt'],
  ]);
  expect(field).toMatchObject({ default: 'ink.ckpt' });
  expect([undefined, 'mine.ckpt', 'Ink & Paper', 'oil.safetensors'].map((name) => of(name).runs)).toEqual([
    ...['ink', 'ink', 'ink', 'edit'],
  ]);
});

test('the first model again has every value again', () => {
  const before = write(emptyDraft, { prompt: 'a pier', steps: 12, frames: 81 });
  expect(sent(before)).toMatchObject({ steps: 12, frames: 81 });
  const there = write(write(before, { model: 'Oil' }), { steps: 30 });
  expect(sent(write(there, { model: 'Ink & Paper' }))).toEqual(sent(before));
  expect(sent(write(write(there, { model: 'Ink & Paper' }), { model: 'Oil' }))).toEqual(sent(there));
});

test('a model that cannot run gives way, and is not forgotten', () => {
  const stored = fromParams(source, { model: 'Chalk', prompt: 'a pier' }, 'en');
  expect(sent(stored)).toEqual({ model: 'Ink & Paper', prompt: 'a pier' });
  expect(stored.values.model).toBe('Chalk');
});

test('a request names pictures by their ids, and not those that the caller has', () => {
  const draft = write(emptyDraft, { image: { assetId: 'one', url: 'blob:x', width: 8, height: 8 } });
  expect(sent(draft)).toMatchObject({ image: 'one' });
  expect(toRequest(formOf(draft), draft, ['image'])).toEqual({ model: 'Ink & Paper' });
});

test('a row that is still being filled in is not sent', () => {
  const text2img = shipped.find(({ workflow }) => workflow.name === 'text2img');
  const loras = [{ name: 'ink.safetensors' }, { weight: 0.5 }, { name: 'oil', weight: 9 }];
  const draft: FormDraft = { values: { loras }, tuning: {} };
  expect(text2img && toRequest(text2img.form, draft).loras).toEqual([
    ...[{ name: 'ink.safetensors' }, { name: 'oil', weight: 2 }],
  ]);
});

test('a mask that was painted over another picture is not sent', () => {
  const inpaint = shipped.find(({ workflow }) => workflow.name === 'inpaint');
  const send = (image: string) =>
    inpaint &&
    toRequest(inpaint.form, {
      values: { image: { assetId: image }, mask: { assetId: 'mask', over: 'one' } },
      tuning: {},
    });
  expect(send('one')).toMatchObject({ image: 'one', mask: 'mask' });
  expect(send('two')).not.toHaveProperty('mask');
});
