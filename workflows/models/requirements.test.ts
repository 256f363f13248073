import { describe, expect, test } from 'vitest';
import { currentBuiltins, findBuiltin } from '../builtin.ts';
import type { NodeClassInfo, ObjectInfo } from '../graph/objectInfo.ts';
import { readInventory } from '../testing/testInventory.ts';
import {
  bareObjectInfoFor,
  coreObjectInfo,
  fullObjectInfo,
  installedModels,
  objectInfoFor,
  objectInfoWith,
} from '../testing/testObjectInfo.ts';
import type { Workflow, WorkflowParams } from '../workflow.ts';
import { isNothingMissing, missingFor, presentMissing } from './requirements.ts';

const full = readInventory(fullObjectInfo);

function requireBuiltin(name: string): Workflow {
  const workflow = findBuiltin(name);
  if (!workflow) throw new Error(`no workflow ${name}`);
  return workflow;
}

function changedClass(name: string, change: (info: NodeClassInfo) => NodeClassInfo): ObjectInfo {
  const info = fullObjectInfo[name];
  if (!info) throw new Error(`no class ${name}`);
  return { ...fullObjectInfo, [name]: change(info) };
}

test.each(currentBuiltins.map((workflow) => [workflow.name, workflow] as const))(
  '%s lacks nothing with its models, and names missing ones',
  (_, workflow) => {
    const [classes, files] = [workflow.nodeClasses(), workflow.models(workflow.example)];
    expect(
      isNothingMissing(missingFor(workflow, undefined, readInventory(objectInfoFor(classes, files)))),
    ).toBe(true);
    const bare = missingFor(workflow, undefined, readInventory(bareObjectInfoFor(classes, files)));
    expect(bare).toMatchObject({ nodeClasses: [], inputs: [], choices: [] });
    expect(bare.models.map(({ folder, name }) => ({ folder, name }))).toEqual(
      workflow.models(workflow.example),
    );
  },
);

describe('missingFor', () => {
  const text2img = requireBuiltin('text2img');
  const withParams = (workflow: Workflow, raw: WorkflowParams) =>
    missingFor(workflow, workflow.params.parse({ ...workflow.example, ...raw }), full);

  test('requires what the params use and names the parameter for another file', () => {
    expect(withParams(text2img, { refinerStep: 20 })).toMatchObject({ models: [] });
    expect(withParams(text2img, { model: 'none', loras: [{ name: 'gone' }] }).models).toEqual([
      { folder: 'checkpoints', name: 'none', param: 'model' },
      { folder: 'loras', name: 'gone', param: 'loras' },
    ]);
    const bare = missingFor(text2img, undefined, readInventory(coreObjectInfo));
    expect(bare.models).toContainEqual({
      folder: 'vae',
      name: 'sdxl_vae_fp16_fix.safetensors',
      param: undefined,
    });
  });

  test('takes the same weights in another precision for the usual file', () => {
    const img2img = requireBuiltin('img2img');
    const other = objectInfoWith({
      ...installedModels,
      checkpoints: ['sd15/v1-5-pruned-emaonly.safetensors'],
    });
    expect(isNothingMissing(missingFor(img2img, undefined, readInventory(other)))).toBe(true);
  });

  test('names the folders of a file that several have', () => {
    const [one, two] = ['a/v1-5-pruned-emaonly-fp16.safetensors', 'b\\v1-5-pruned-emaonly-fp16.safetensors'];
    const twice = objectInfoWith({ ...installedModels, checkpoints: [one, two] });
    const [model] = missingFor(requireBuiltin('img2img'), undefined, readInventory(twice)).models;
    expect(model).toMatchObject({ name: 'v1-5-pruned-emaonly-fp16.safetensors', twins: [one, two] });
  });

  test('asks for preprocessor nodes only when a photo needs them', () => {
    const pose = requireBuiltin('pose');
    const { OpenposePreprocessor: _preprocessor, ...without } = fullObjectInfo;
    const inventory = readInventory(without);
    expect(isNothingMissing(missingFor(pose, undefined, inventory))).toBe(true);
    const photo = pose.params.parse({ ...pose.example, reference: 'photo' });
    expect(missingFor(pose, photo, inventory).nodeClasses).toEqual(['OpenposePreprocessor']);
  });

  test('names an unknown sampler apart from the model files', () => {
    expect(withParams(text2img, { sampler: 'zzz' })).toEqual({
      nodeClasses: [],
      models: [],
      inputs: [],
      choices: [{ classType: 'KSamplerAdvanced', input: 'sampler_name', value: 'zzz' }],
      ranges: [],
      unfit: [],
    });
  });

  test('finds an input that a newer server renamed or requires', () => {
    const renamed = changedClass('ImageScale', (info) => {
      const { crop, ...required } = info.input.required ?? {};
      return { ...info, input: { required: { ...required, cropping: crop, antialias: ['BOOLEAN', {}] } } };
    });
    const missing = missingFor(requireBuiltin('upscale'), undefined, readInventory(renamed));
    expect(missing.inputs.map(({ classType, input }) => `${classType}.${input}`).sort()).toEqual([
      'ImageScale.antialias',
      'ImageScale.crop',
      'ImageScale.cropping',
    ]);
  });

  test('finds an input or output whose type changed', () => {
    const changed = changedClass('ImageScale', (info) => ({
      ...info,
      input: { required: { ...info.input.required, width: ['STRING', {}], crop: ['BOOLEAN', {}] } },
    }));
    const upscale = missingFor(requireBuiltin('upscale'), undefined, readInventory(changed));
    expect(upscale.inputs.map(({ input }) => input).sort()).toEqual(['crop', 'width']);
    const relinked = changedClass('VAEDecode', (info) => ({ ...info, output: ['LATENT'] }));
    expect(missingFor(text2img, undefined, readInventory(relinked)).inputs).toEqual([
      { classType: 'SaveImage', input: 'images' },
    ]);
  });

  test('finds a range that a newer server narrowed', () => {
    const narrowed = (classType: string, input: string, range: object) =>
      readInventory(
        changedClass(classType, (info) => ({
          ...info,
          input: { required: { ...info.input.required, [input]: ['INT', range] } },
        })),
      );
    const steps = narrowed('KSamplerAdvanced', 'steps', { min: 1, max: 99 });
    const limit = { classType: 'KSamplerAdvanced', input: 'steps', value: 100, limit: 99 };
    expect(missingFor(text2img, undefined, steps).ranges).toEqual([limit]);
    // The same for any request: its lacks are cached for others.
    const few = text2img.params.parse({ ...text2img.example, steps: 5 });
    expect(missingFor(text2img, few, steps).ranges).toEqual([limit]);
    expect(missingFor(requireBuiltin('img2img'), undefined, steps).ranges).toEqual([]);
    const least = narrowed('KSamplerAdvanced', 'start_at_step', { min: 1, max: 10_000 });
    expect(missingFor(text2img, undefined, least).ranges).toEqual([
      { classType: 'KSamplerAdvanced', input: 'start_at_step', value: 0, limit: 1 },
    ]);
  });

  test('counts a value that needs others: the tallest still is narrow', () => {
    const spans = requireBuiltin('text2video').numberSpans;
    expect(spans).toContainEqual({
      classType: 'EmptyLatentImage',
      input: 'height',
      lowest: 512,
      highest: 1024,
    });
  });

  test('handles a class named like a property of every object', () => {
    const workflow = { ...text2img, bind: () => ({ '1': { class_type: 'toString', inputs: {} } }) };
    expect(missingFor(workflow, undefined, full).nodeClasses).toEqual(['toString']);
  });
});

test('puts every lack into words', () => {
  expect(
    presentMissing({
      nodeClasses: ['Canny', 'OpenposePreprocessor', 'SeedVR2Conditioning'],
      models: [
        { folder: 'vae', name: 'a.pt', param: undefined },
        { folder: 'checkpoints', name: 'svd.safetensors', param: undefined },
        { folder: 'vae', name: 'sdxl_vae_fp16_fix.safetensors', param: undefined },
        { folder: 'vae', name: 'c.pt', twins: ['x/c.pt', 'y\\c.pt'], param: undefined },
      ],
      inputs: [{ classType: 'KSampler', input: 'steps' }],
      choices: [{ classType: 'KSampler', input: 'scheduler', value: 'x' }],
      ranges: [{ classType: 'EmptyImage', input: 'width', value: 20_000, limit: 16_384 }],
      unfit: [
        [{ folder: 'vae', name: 'b.pt' }],
        [
          { folder: 'vae', name: 'b.pt' },
          { folder: 'loras', name: 'c.pt' },
        ],
      ],
    }),
  ).toEqual([
    'the node class Canny',
    'the node class OpenposePreprocessor (of the node pack comfyui_controlnet_aux)',
    'the node class SeedVR2Conditioning (ComfyUI 0.33.0 has it)',
    'the model file vae/a.pt',
    'the model file checkpoints/svd.safetensors (9.6 GB)',
    'the model file vae/sdxl_vae_fp16_fix.safetensors (335 MB)',
    'one model file vae/c.pt instead of 2 (x/c.pt, y\\c.pt: keep one, or name one in the model settings)',
    'a matching input "steps" of the node class KSampler',
    'the choice "x" of KSampler.scheduler',
    'the node class EmptyImage to take 20000 as "width", where its limit is 16384',
    'the model file vae/b.pt to run',
    'the model files vae/b.pt and loras/c.pt to fit each other',
  ]);
});
