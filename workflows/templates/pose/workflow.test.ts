import { describe, expect, it } from 'vitest';
import type { InputImage, WorkflowParams } from '../../workflow.ts';
import { workflow } from './workflow.ts';

const image = '01900000-0000-7000-8000-000000000000';
const parse = (raw: WorkflowParams): WorkflowParams =>
  workflow.params.parse({ image, prompt: 'a dancer', control: 'openpose', ...raw });
const bind = (raw: WorkflowParams, size: InputImage = { width: 600, height: 900 }) =>
  workflow.bind(parse(raw), {
    images: { image: { ...size, uploadedName: 'reference.png' } },
    outputPrefix: 'star-graph/task',
  });
const mapMaker = (raw: WorkflowParams): string | undefined => {
  const graph = bind(raw);
  const link = graph['11']?.inputs.image;
  return Array.isArray(link) ? graph[String(link[0])]?.class_type : undefined;
};

describe('reference', () => {
  it.each([
    ['a ready skeleton as it is', { control: 'openpose' }, 'ImageScale'],
    ['a ready depth map as it is', { control: 'depth' }, 'ImageScale'],
    ['a ready edge map as it is', { control: 'canny', reference: 'map' }, 'ImageScale'],
    ['a photo for canny by ComfyUI’s own node', { control: 'canny' }, 'Canny'],
    [
      'a photo for openpose by a preprocessor',
      { control: 'openpose', reference: 'photo' },
      'OpenposePreprocessor',
    ],
    [
      'a photo for depth by a preprocessor',
      { control: 'depth', reference: 'photo' },
      'MiDaS-DepthMapPreprocessor',
    ],
  ])('takes %s', (_, raw, classType) => {
    expect(mapMaker(raw)).toBe(classType);
  });

  it('needs preprocessor nodes for nothing but the photo they are for', () => {
    const needsPreprocessor = (raw: WorkflowParams) =>
      workflow.nodeClasses(parse(raw)).some((name) => name.endsWith('Preprocessor'));
    expect(needsPreprocessor({})).toBe(false);
    expect(needsPreprocessor({ control: 'canny' })).toBe(false);
    expect(needsPreprocessor({ reference: 'photo' })).toBe(true);
  });
});

it('loads the ControlNet of the control alone', () => {
  const controlNets = (control: string) =>
    workflow
      .models(parse({ control }))
      .flatMap(({ folder, name }) => (folder === 'controlnet' ? [name] : []));
  expect(controlNets('openpose')).toEqual(['control_v11p_sd15_openpose_fp16.safetensors']);
  expect(controlNets('canny')).toEqual(['control_v11p_sd15_canny_fp16.safetensors']);
  expect(controlNets('depth')).toEqual(['control_v11f1p_sd15_depth_fp16.safetensors']);
});

it('draws in the aspect of the reference unless a size is asked for', () => {
  const sizeOf = (raw: WorkflowParams) => {
    const { width, height } = bind(raw)['12']?.inputs ?? {};
    expect(bind(raw)['6']?.inputs).toMatchObject({ width, height });
    return { width, height };
  };
  expect(sizeOf({})).toEqual({ width: 416, height: 624 });
  expect(sizeOf({ width: 512 })).toEqual({ width: 512, height: 768 });
  expect(sizeOf({ width: 640, height: 512 })).toEqual({ width: 640, height: 512 });
});

it('refuses another control and a missing reference', () => {
  expect(workflow.params.safeParse({ image, prompt: 'a', control: 'scribble' }).success).toBe(false);
  expect(workflow.params.safeParse({ prompt: 'a', control: 'canny' }).success).toBe(false);
});
