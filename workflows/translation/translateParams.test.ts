import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { currentBuiltins, findBuiltin } from '../builtin.ts';
import { parseManifest } from '../manifest.ts';
import { arbitraryParams } from '../testing/arbitraryParams.ts';
import { propertyRuns } from '../testing/propertyRuns.ts';
import { sampleEngineManifest } from '../testing/sampleManifest.ts';
import type { Workflow, WorkflowParams } from '../workflow.ts';
import { nearestValue } from './nearestValue.ts';
import type { TranslationNote } from './notes.ts';
import { type Origin, translateParams } from './translateParams.ts';

const pictureId = '01900000-0000-7000-8000-00000000000a';
const sourceId = '01900000-0000-7000-8000-00000000000b';

function builtin(name: string): Workflow {
  const found = findBuiltin(name);
  if (!found) throw new Error(`no ${name}`);
  return found;
}

const originOf = (workflow: Workflow, values: WorkflowParams, result?: Origin['result']): Origin => ({
  workflow,
  params: workflow.params.parse(values),
  ...(result && { result }),
});
const picture = { id: pictureId, kind: 'image', width: 1216, height: 832 } as const;
const translate = (from: string, values: WorkflowParams, to: string, result?: Origin['result']) =>
  translateParams(originOf(builtin(from), values, result), builtin(to));
const codesOf = (notes: readonly TranslationNote[]) => notes.map(({ code, param }) => `${code} ${param}`);

const results: readonly Origin['result'][] = [
  undefined,
  picture,
  { id: pictureId, kind: 'image', width: 4096, height: 70 },
  { id: pictureId, kind: 'video', width: 1024, height: 576 },
];

describe.each(currentBuiltins.map((workflow) => [workflow.name, workflow] as const))('from %s', (_, from) => {
  test('every workflow accepts the params, once what is needed is given', () => {
    fc.assert(
      fc.property(arbitraryParams(from), fc.constantFrom(...results), (params, result) => {
        for (const to of currentBuiltins) {
          const { params: values, notes } = translateParams(
            { workflow: from, params, ...(result && { result }) },
            to,
          );
          const needed = notes.filter(({ code }) => code === 'needed').map(({ param }) => param);
          const given = Object.fromEntries(needed.map((param) => [param, to.example[param]]));
          const parsed = to.params.safeParse({ ...given, ...values });
          expect(parsed.error?.issues ?? [], `to ${to.name}`).toEqual([]);
          expect(Object.keys(values).filter((param) => needed.includes(param))).toEqual([]);
        }
      }),
      propertyRuns(30),
    );
  });

  test('to itself, params stay as they are', () => {
    fc.assert(
      fc.property(arbitraryParams(from), fc.constantFrom(...results), (params, result) => {
        const translated = translateParams({ workflow: from, params, ...(result && { result }) }, from);
        expect(translated).toEqual({ params, notes: [] });
      }),
      propertyRuns(30),
    );
  });
});

test('prompt, size, seed and count carry over; what tunes a model does not', () => {
  const asked = { prompt: 'a fox', seed: 7, count: 2, width: 768, height: 512, steps: 44, cfg: 9 };
  const { params, notes } = translate('text2img', { ...asked, sampler: 'euler' }, 'z-image');
  expect(params).toEqual({ prompt: 'a fox', seed: 7, count: 2, width: 768, height: 512 });
  expect(notes).toEqual([
    { code: 'default', param: 'steps', from: 44, to: builtin('z-image').example.steps },
    { code: 'dropped', param: 'cfg', from: 9 },
    { code: 'dropped', param: 'sampler', from: 'euler' },
  ]);
});

test('how much of a picture is drawn anew goes to other engines, not to other workflows', () => {
  const asked = { image: sourceId, prompt: 'a fox', denoise: 0.35 };
  const redrawn = translate('img2img', asked, 'inpaint', picture);
  expect(redrawn.params).not.toHaveProperty('denoise');
  expect(redrawn.notes).toContainEqual({ code: 'default', param: 'denoise', from: 0.35, to: 1 });
  expect(translate('inpaint', { ...asked, mask: pictureId }, 'qwen-inpaint').params.denoise).toBe(0.35);
});

test('a value that nobody chose is left without a word', () => {
  expect(translate('text2img', { prompt: 'a fox', seed: 7 }, 'z-image').notes).toEqual([]);
});

test('a size that a model does not draw keeps its aspect', () => {
  const { params, notes } = translate(
    'text2img',
    { prompt: 'a fox', width: 2048, height: 1024 },
    'text2video',
  );
  expect(Number(params.width) / Number(params.height)).toBeCloseTo(2, 0);
  expect(builtin('text2video').params.safeParse(params).success).toBe(true);
  expect(notes).toContainEqual({
    code: 'size',
    param: 'size',
    from: { width: 2048, height: 1024 },
    to: { width: params.width, height: params.height },
  });
});

test('without a size of its own, the size of the result counts', () => {
  const asked = { image: sourceId, prompt: 'a fox', seed: 7 };
  const { params } = translate('img2img', asked, 'text2img', { ...picture, width: 1000, height: 500 });
  expect(params).toMatchObject({ prompt: 'a fox', seed: 7 });
  expect(Number(params.width) / Number(params.height)).toBeCloseTo(2, 1);
});

test('a workflow that takes a picture gets the result', () => {
  const { params, notes } = translate('text2img', { prompt: 'a fox', width: 768 }, 'img2img', picture);
  expect(params).toMatchObject({ image: pictureId, prompt: 'a fox' });
  // The sides follow the picture.
  expect(params).not.toHaveProperty('width');
  expect(codesOf(notes)).toEqual(['result image']);
  expect(translate('img2img', { prompt: 'a fox', image: sourceId }, 'upscale', picture).params).toEqual({
    image: pictureId,
  });
});

test('a film or a lost result is no picture: one is needed', () => {
  for (const result of [undefined, { ...picture, kind: 'video' as const }])
    expect(codesOf(translate('text2img', { prompt: 'a fox' }, 'img2img', result).notes)).toContain(
      'needed image',
    );
});

test('another engine of the same name keeps the picture of the task', () => {
  const { engine: _engine, ...manifest } = sampleEngineManifest('ink', 'Ink');
  const img2img = parseManifest({
    ...manifest,
    engine: { of: 'img2img', model: 'Ink' },
    params: {
      ...manifest.params,
      properties: {
        ...manifest.params.properties,
        image: { type: 'string', title: 'P', 'x-asset': 'image' },
      },
      required: ['prompt', 'image'],
    },
    binding: { ...manifest.binding, image: '5.image' },
    graph: { ...manifest.graph, 5: { class_type: 'LoadImage', inputs: { image: 'example.png' } } },
  });
  const origin = originOf(builtin('img2img'), { image: sourceId, prompt: 'a fox' }, picture);
  expect(translateParams(origin, img2img).params).toMatchObject({ image: sourceId });
});

test('model files and LoRAs stay within their family', () => {
  const loras = [{ name: 'style/ink.safetensors', weight: 1 }];
  const asked = { prompt: 'a fox', model: 'juggernautXL.safetensors', loras };
  expect(translate('text2img', asked, 'text2video').params).toMatchObject({ model: asked.model, loras });
  const other = translate('text2img', asked, 'img2img', picture);
  expect(other.params).not.toHaveProperty('model');
  expect(other.params).not.toHaveProperty('loras');
  expect(codesOf(other.notes)).toEqual(expect.arrayContaining(['default model', 'default loras']));
  // One made for masks draws nothing without one.
  const painted = { image: sourceId, mask: sourceId, prompt: 'a fox' };
  expect(translate('inpaint', painted, 'img2img', picture).params).not.toHaveProperty('model');
});

test('what has no counterpart is needed, or takes the example of a choice', () => {
  expect(codesOf(translate('upscale', { image: sourceId }, 'text2img', picture).notes)).toContain(
    'needed prompt',
  );
  expect(codesOf(translate('text2img', { prompt: 'a fox' }, 'inpaint', picture).notes)).toContain(
    'needed mask',
  );
  const pose = translate('text2img', { prompt: 'a fox' }, 'pose', picture);
  expect(pose.params.control).toBe(builtin('pose').example.control);
});

test.each([
  [{ type: 'integer', minimum: 5, maximum: 121, 'x-grid': { step: 4, offset: 1 } }, 26, 25],
  [{ type: 'integer', minimum: 5, maximum: 121, 'x-grid': { step: 4, offset: 1 } }, 500, 121],
  [{ type: 'integer', minimum: 124, maximum: 362, 'x-grid': { step: 17, offset: 5 } }, 14, 124],
  [{ type: 'integer', minimum: 124, maximum: 360, 'x-grid': { step: 17, offset: 5 } }, 360, 345],
  [{ type: 'integer', minimum: 16, maximum: 64, multipleOf: 16 }, 39, 32],
  [{ type: 'number', minimum: 0.1, maximum: 1 }, 1.5, 1],
  [{ enum: [2, 4] }, 3.4, 4],
  [{ enum: ['mp4', 'webm'] }, 'webp', undefined],
  [{ type: 'string', maxLength: 2 }, '🦊🦊🦊', '🦊🦊'],
  [{ type: 'integer' }, 'three', undefined],
])('the nearest of %j to %j is %j', (schema, value, nearest) => {
  expect(nearestValue(schema, value)).toBe(nearest);
});
