import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import { createForm } from '@star-graph/ui/form/createForm';
import { emptyDraft, type FormDraft } from '@star-graph/ui/form/formDraft';
import { describe, expect, test } from 'vitest';
import { gridCellOf, isQuickTask, pressOfTask, refOf } from '../pressRef.ts';
import { findFinisher, finishWish, quickWish } from './quick.ts';

const words = { title: { en: 'Draw', 'zh-CN': '绘画' }, description: { en: '', 'zh-CN': '' } };
const side = { type: 'integer', minimum: 256, maximum: 2048, multipleOf: 16, default: 1024 };
const drawing = {
  prompt: { type: 'string', minLength: 1 },
  width: side,
  height: side,
  steps: { type: 'integer', minimum: 1, maximum: 50, default: 20 },
  count: { type: 'integer', minimum: 1, maximum: 8, default: 1 },
};
const view = (name: string, properties: object, values: object = {}): WorkflowView => ({
  ...words,
  name,
  version: 1,
  type: 'text2img',
  outputKind: 'image',
  leastCost: 1,
  available: true,
  waiting: false,
  params: { properties, required: ['prompt'] },
  ...values,
});
const wishFor = (properties: object, values: FormDraft['values']) => {
  const workflow = view('draw', properties);
  const form = createForm({ listed: [workflow], workflow }, undefined, 'en');
  return quickWish('draw', form, { ...emptyDraft, values });
};

describe('quick drafts', () => {
  test('have half of the sides where the model composes there, fewer steps and at least four', () => {
    const wish = wishFor(drawing, { prompt: 'a sea', width: 1536, height: 1536 });
    expect(wish?.params).toMatchObject({ prompt: 'a sea', width: 768, height: 768, steps: 8, count: 4 });
    expect(wish).toMatchObject({ count: 4, isQuick: true });
  });

  test('keep the shape of the picture and more drafts than four', () => {
    expect(wishFor(drawing, { prompt: 'a sea', width: 1344, height: 768, count: 6 })?.params).toMatchObject({
      width: 1120,
      height: 640,
      count: 6,
    });
  });

  test('are never larger than what was asked for', () => {
    expect(wishFor(drawing, { prompt: 'a sea', width: 512, height: 512 })?.params).toMatchObject({
      width: 512,
      height: 512,
    });
  });

  test('need a prompt, steps to spare and no picture', () => {
    expect(wishFor(drawing, {})).toBeUndefined();
    const { steps: _steps, ...noSteps } = drawing;
    expect(wishFor(noSteps, { prompt: 'a sea' })).toBeUndefined();
    const image = { type: 'string', format: 'uuid', 'x-asset': 'image' };
    expect(wishFor({ image, ...drawing }, { prompt: 'a sea' })).toBeUndefined();
  });
});

describe('a draft is finished', () => {
  const engine = (workflow: string, available = true) => ({
    workflow,
    model: `Model of ${workflow}`,
    available,
    leastCost: 3,
  });
  const listedWith = (engines: object[]) => [
    view('upscale', {}, { type: 'upscale', engines }),
    view('z-image-refine', { prompt: { type: 'string' } }, { type: 'upscale', engineOf: 'upscale' }),
    view('seedvr2-image', {}, { type: 'upscale', engineOf: 'upscale' }),
  ];
  const task = {
    id: 't',
    params: { prompt: 'a sea' },
    outputs: [{ id: 'picture', mime: 'image/png', width: 640, height: 320 }],
  } as unknown as Parameters<typeof finishWish>[1];

  test('by what draws details anew, with the words of the draft, as a child of its task', () => {
    const listed = listedWith([engine('upscale'), engine('seedvr2-image'), engine('z-image-refine')]);
    expect(finishWish(listed, task, 0)).toEqual({
      workflow: 'upscale',
      params: { image: 'picture', scale: 2, model: 'Model of z-image-refine', prompt: 'a sea' },
      meta: { parentId: 't' },
      count: 1,
      aspect: 2,
    });
  });

  test('without words where the model takes none, and by whatever enlarges where nothing else is ready', () => {
    const some = listedWith([engine('upscale'), engine('seedvr2-image'), engine('z-image-refine', false)]);
    expect(finishWish(some, task, 0)?.params).toEqual({
      image: 'picture',
      scale: 2,
      model: 'Model of seedvr2-image',
    });
    expect(findFinisher(listedWith([engine('upscale')]))?.workflow).toBe('upscale');
  });

  test('not while nothing can enlarge it', () => {
    expect(finishWish(listedWith([engine('upscale', false)]), task, 0)).toBeUndefined();
    expect(finishWish(listedWith([engine('upscale')]), task, 1)).toBeUndefined();
  });
});

test('a task remembers that it is a quick draft, of its press and of no grid', () => {
  const made = { meta: { clientRef: refOf({ key: 'k', isQuick: true }) } };
  expect([pressOfTask(made), isQuickTask(made), gridCellOf(made)]).toEqual(['k', true, undefined]);
  expect(isQuickTask({ meta: { clientRef: refOf({ key: 'k' }) } })).toBe(false);
  expect(isQuickTask({ meta: {} })).toBe(false);
});
