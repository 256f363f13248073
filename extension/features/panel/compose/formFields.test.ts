import { describeParams } from '@star-graph/workflows/params/paramsMeta';
import { workflow as img2img } from '@star-graph/workflows/templates/img2img/workflow';
import { workflow as upscale } from '@star-graph/workflows/templates/upscale/workflow';
import { workflow as wan } from '@star-graph/workflows/templates/wan22-text2video/workflow';
import { expect, test } from 'vitest';
import { type FormField, listFormFields, presentFormValues, readFormValues } from './formFields.ts';

const fieldsOf = (params: object, locale: 'en' | 'zh-CN' = 'en') =>
  listFormFields({ params: params as Record<string, unknown> }, locale);
const img2imgFields = fieldsOf(describeParams(img2img.params));
const named = (fields: FormField[], name: string) => fields.find((field) => field.name === name);

test('has a control for each parameter of img2img except the picture', () => {
  expect(img2imgFields.map(({ name }) => name)).toEqual([
    'prompt',
    'negativePrompt',
    'denoise',
    'model',
    'width',
    'height',
    'steps',
    'cfg',
    'sampler',
    'scheduler',
    'seed',
    'count',
    'loras',
  ]);
  expect(named(img2imgFields, 'prompt')).toMatchObject({ kind: 'text', isMultiline: true, isRequired: true });
  expect(named(img2imgFields, 'denoise')).toMatchObject({
    kind: 'number',
    minimum: 0.05,
    maximum: 1,
    step: 'any',
    default: 0.6,
    isRequired: false,
  });
  expect(named(img2imgFields, 'width')).toMatchObject({ kind: 'number', step: 8, default: undefined });
  expect(named(img2imgFields, 'seed')).toMatchObject({ kind: 'number', isSeed: true, step: 1 });
});

test('lets frames go up in the steps that the model takes', () => {
  const fields = fieldsOf(describeParams(wan.params));
  expect(named(fields, 'frames')).toMatchObject({ kind: 'number', minimum: 5, step: 4, default: 81 });
});

test('offers the factors of upscale as numbers, and pool names as listed', () => {
  expect(named(fieldsOf(describeParams(upscale.params)), 'scale')).toMatchObject({
    kind: 'choice',
    options: [2, 4],
    default: 2,
  });
  const schema = { properties: { model: { type: 'string', enum: ['a.safetensors', 'b.safetensors'] } } };
  expect(named(fieldsOf(schema), 'model')).toMatchObject({
    kind: 'choice',
    options: ['a.safetensors', 'b.safetensors'],
  });
});

test('names models in the language of the person, and sends their files', () => {
  const model = {
    ...{ type: 'string', enum: ['a.safetensors'] },
    'x-names': { 'a.safetensors': { en: 'Harbour', 'zh-CN': '港湾' } },
  };
  const fields = fieldsOf({ properties: { model } }, 'zh-CN');
  expect(named(fields, 'model')).toMatchObject({ names: { 'a.safetensors': '港湾' } });
  expect(readFormValues(fields, { model: 'a.safetensors' })).toEqual({ model: 'a.safetensors' });
});

test('names the controls in the language of the person', () => {
  expect(named(fieldsOf(describeParams(img2img.params), 'zh-CN'), 'prompt')?.title).toBe('提示词');
});

test('sends typed values in the schema’s types, and leaves out empty ones', () => {
  const texts = { prompt: ' a lighthouse ', denoise: '0.45', seed: '', width: '512', negativePrompt: '   ' };
  const values = readFormValues(img2imgFields, texts);
  expect(values).toEqual({ prompt: 'a lighthouse', denoise: 0.45, width: 512 });
  expect(
    img2img.params.safeParse({ image: '01900000-0000-7000-8000-000000000000', ...values, height: 512 })
      .success,
  ).toBe(true);
  expect(readFormValues(fieldsOf(describeParams(upscale.params)), { scale: '4' })).toEqual({ scale: 4 });
});

test('shows stored values or defaults, and nothing that is no longer offered', () => {
  const fields = fieldsOf({
    properties: {
      model: { type: 'string', enum: ['new.safetensors'], default: 'new.safetensors' },
      steps: { type: 'integer', default: 25 },
      prompt: { type: 'string' },
    },
  });
  expect(presentFormValues(fields, { model: 'gone.safetensors', steps: 30, extra: 1 })).toEqual({
    model: '',
    steps: '30',
    prompt: '',
  });
  expect(presentFormValues(fields, {})).toEqual({ model: 'new.safetensors', steps: '25', prompt: '' });
});
