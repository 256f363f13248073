import type { WorkflowView } from '@star-graph/api/contract/catalogue/workflows';
import { currentBuiltins } from '@star-graph/workflows/builtin';
import { describeParams } from '@star-graph/workflows/params/paramsMeta';
import { expect, test } from 'vitest';
import {
  type FormField,
  findSource,
  listFormFields,
  presentFormValues,
  readFormValues,
} from './formFields.ts';
import { chooseFirst, listStarting } from './sourceWorkflows.ts';

const shipped = currentBuiltins.map((workflow) => ({
  workflow,
  params: { ...describeParams(workflow.params) },
}));
const fieldsOf = (name: string) =>
  listFormFields(shipped.find(({ workflow }) => workflow.name === name) ?? { params: {} }, 'en');
const named = (fields: readonly FormField[], name: string) => fields.find((field) => field.name === name);

test.each(shipped)('each parameter of $workflow.name has a control, besides its source', ({ params }) => {
  const shown = listFormFields({ params }, 'en').map(({ name }) => name);
  const source = findSource({ params })?.param;
  expect(new Set([...shown, ...(source ? [source] : [])])).toEqual(
    new Set(Object.keys(params.properties ?? {})),
  );
});

test('further pictures are files, and yes or no is a toggle', () => {
  const edit = fieldsOf('qwen-image-edit');
  expect(named(edit, 'image')).toBeUndefined();
  expect(named(edit, 'image2')).toMatchObject({ kind: 'file', accepts: 'image', isRequired: false });
  expect(named(fieldsOf('inpaint'), 'mask')).toMatchObject({ kind: 'file', isRequired: true });
  expect(named(fieldsOf('qwen-edit-2511'), 'fast')).toMatchObject({ kind: 'toggle' });
});

test('each LoRA is an entry with a name and a weight', () => {
  const fields = fieldsOf('text2img');
  expect(named(fields, 'loras')).toMatchObject({ kind: 'list', maxItems: 5 });
  const loras = [{ name: 'ink.safetensors', weight: 0.5 }, { name: 'oil.safetensors' }];
  const texts = presentFormValues(fields, { prompt: 'a pier', loras });
  expect(readFormValues(fields, texts).loras).toEqual([loras[0], { ...loras[1], weight: 1 }]);
  expect(presentFormValues(fields, {}).loras).toBe('');
});

const listed = shipped.map(({ workflow, params }) => ({
  ...{ name: workflow.name, params, available: true },
  ...(workflow.engine && workflow.engine.of !== workflow.name ? { engineOf: workflow.engine.of } : {}),
})) as WorkflowView[];
const namesFor = (kind: 'image' | 'video') => listStarting(listed, kind).map(({ name }) => name);

test('a video starts the workflows that take a video, and no others', () => {
  expect(namesFor('video')).toEqual(['interpolate', 'seedvr2-video']);
});

test('a picture starts no workflow that takes a video or nothing', () => {
  expect(namesFor('image')).toEqual(
    expect.arrayContaining(['img2img', 'img2video', 'remove-background', 'upscale']),
  );
  for (const name of ['text2img', 'text2video', 'seedvr2-video'])
    expect(namesFor('image')).not.toContain(name);
});

test('another workflow is first while the wished one cannot run', () => {
  const away = listed.map((one) => ({ ...one, available: one.name !== 'seedvr2-video' }));
  expect(chooseFirst(listStarting(listed, 'video'), 'seedvr2-video')?.name).toBe('seedvr2-video');
  expect(chooseFirst(listStarting(away, 'video'), 'seedvr2-video')?.name).toBe('interpolate');
});
