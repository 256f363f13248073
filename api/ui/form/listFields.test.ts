import { currentBuiltins } from '@star-graph/workflows/builtin';
import { describeParams, type ParamSchema } from '@star-graph/workflows/params/paramsMeta';
import { presetsOf } from '@star-graph/workflows/translation/presets';
import { expect, test } from 'vitest';
import type { FieldOf, FormField } from './formField.ts';
import { listFields } from './listFields.ts';

const schemas = new Map(currentBuiltins.map(({ name, params }) => [name, describeParams(params)]));

const fieldsOf = (workflow: string, language: 'en' | 'zh-CN' = 'en'): FormField[] =>
  listFields(schemas.get(workflow) ?? {}, language);
const essentialOf = (workflow: string) =>
  fieldsOf(workflow).flatMap(({ name, isEssential }) => (isEssential ? [name] : []));
const fieldOf = (schema: ParamSchema) => listFields({ properties: { it: schema } }, 'en')[0];

test('every parameter of every shipped workflow has a control', () => {
  expect(schemas.size).toBe(44);
  for (const [name, schema] of schemas)
    expect
      .soft(
        fieldsOf(name)
          .flatMap(({ params }) => params)
          .sort(),
        name,
      )
      .toEqual(Object.keys(schema.properties ?? {}).sort());
});

test('every control of a shipped workflow has a title in Chinese', () => {
  const bare = [...schemas.keys()].flatMap((name) =>
    fieldsOf(name, 'zh-CN').filter(
      ({ name: field, title }) => title === field && !['size', 'sides'].includes(field),
    ),
  );
  expect(bare).toEqual([]);
});

test('what a picture needs stands first, and what tunes it is folded away', () => {
  expect(essentialOf('text2img')).toEqual(['prompt', 'size', 'model', 'count']);
  expect(essentialOf('img2img')).toEqual(['image', 'prompt', 'size', 'model', 'denoise', 'count']);
  expect(essentialOf('inpaint')).toEqual(['image', 'mask', 'prompt', 'model', 'denoise', 'count']);
  expect(essentialOf('upscale')).toEqual(['image', 'model', 'scale']);
});

test('width and height are one control, and follow the picture without defaults', () => {
  const size = (workflow: string) =>
    fieldsOf(workflow).find(({ kind }) => kind === 'size') as FieldOf<'size'>;
  expect(size('text2img')).toMatchObject({ params: ['width', 'height'], width: { default: 1024, step: 8 } });
  expect(size('img2img').width.default).toBeUndefined();
  expect(fieldOf({ type: 'integer', title: 'Width' })?.kind).toBe('number');
});

test('what is added around a picture is one control', () => {
  expect(essentialOf('outpaint')).toEqual(['image', 'prompt', 'sides', 'model', 'count']);
  const sides = fieldsOf('outpaint').find(({ kind }) => kind === 'sides');
  expect(sides?.params).toEqual(['left', 'top', 'right', 'bottom']);
});

test('a mask is painted over the picture of its request', () => {
  const mask = fieldsOf('inpaint').find(({ name }) => name === 'mask');
  expect(mask).toMatchObject({ kind: 'mask', of: 'image', isRequired: true });
});

test('numbers keep their grid, and seeds are known', () => {
  const named = (name: string) => fieldsOf('wan22-text2video').find((field) => field.name === name);
  expect(named('frames')).toMatchObject({ kind: 'number', minimum: 5, step: 4, default: 81 });
  expect(named('seed')).toMatchObject({ kind: 'seed', isEssential: false });
});

test('names of the pool are offered, and any is taken before they are known', () => {
  const told = { type: 'string', 'x-options': 'samplers', enum: ['euler', 'lcm'], default: 'lcm' };
  expect(fieldOf(told)).toMatchObject({ kind: 'choice', isOpen: false, default: 'lcm' });
  expect(fieldOf({ type: 'string', 'x-options': 'samplers', default: 'euler' })).toMatchObject({
    kind: 'choice',
    isOpen: true,
    options: [{ value: 'euler' }],
  });
});

test('a default that the pool lacks is none', () => {
  expect(fieldOf({ type: 'string', enum: ['a'], default: 'gone' })).toMatchObject({ default: undefined });
});

test.each([
  ['text2img', { steps: 12 }, { steps: 50 }],
  ['z-image', { steps: 4 }, { steps: 12 }],
  ['flux2-klein', { steps: 4 }, { steps: 6 }],
  ['qwen-edit-2511', { fast: true }, { fast: false }],
])('%s says its own steps for a draft and a fine picture', (workflow, draft, fine) => {
  expect(presetsOf(schemas.get(workflow) ?? {})).toEqual({ draft, fine });
});

test('a sampler is said in words, with its own name beside, and an unknown one by its name', () => {
  const it = { type: 'string', 'x-options': 'samplers', enum: ['dpmpp_2m', 'ours'] };
  const [field] = listFields({ properties: { it } }, 'en');
  expect(field).toMatchObject({
    options: [
      { value: 'dpmpp_2m', label: 'Sharp in few steps', description: 'dpmpp_2m' },
      { value: 'ours', label: 'ours' },
    ],
  });
});
