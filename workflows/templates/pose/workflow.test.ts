import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findShownPart } from '../../testing/shownPart.ts';
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
  test.each([
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

  test('needs preprocessor nodes for nothing but the photo they are for', () => {
    const needsPreprocessor = (raw: WorkflowParams) =>
      workflow.nodeClasses(parse(raw)).some((name) => name.endsWith('Preprocessor'));
    expect(needsPreprocessor({})).toBe(false);
    expect(needsPreprocessor({ control: 'canny' })).toBe(false);
    expect(needsPreprocessor({ reference: 'photo' })).toBe(true);
  });
});

test('loads the ControlNet of the control alone', () => {
  const controlNets = (control: string) =>
    workflow
      .models(parse({ control }))
      .flatMap(({ folder, name }) => (folder === 'controlnet' ? [name] : []));
  expect(controlNets('openpose')).toEqual(['control_v11p_sd15_openpose_fp16.safetensors']);
  expect(controlNets('canny')).toEqual(['control_v11p_sd15_canny_fp16.safetensors']);
  expect(controlNets('depth')).toEqual(['control_v11f1p_sd15_depth_fp16.safetensors']);
});

test("draws in the reference's aspect unless a size is requested", () => {
  const sizeOf = (raw: WorkflowParams) => {
    const { width, height } = bind(raw)['12']?.inputs ?? {};
    expect(bind(raw)['6']?.inputs).toMatchObject({ width, height });
    return { width, height };
  };
  expect(sizeOf({})).toEqual({ width: 416, height: 624 });
  expect(sizeOf({ width: 512 })).toEqual({ width: 512, height: 768 });
  expect(sizeOf({ width: 640, height: 512 })).toEqual({ width: 640, height: 512 });
});

test('follows the whole reference, or its middle for another aspect', () => {
  const side = fc.integer({ min: 32, max: 8000 });
  const step = fc.integer({ min: 32, max: 128 }).map((steps) => steps * 8);
  const asked = fc.record({ width: step, height: step }, { requiredKeys: [] });
  fc.assert(
    fc.property(fc.record({ width: side, height: side }), asked, (size, raw) => {
      fc.pre(workflow.checkImages(parse(raw), { image: size }).length === 0);
      const part = findShownPart(bind(raw, size), '6', size);
      if (raw.width === undefined || raw.height === undefined) {
        expect(part).toEqual({ x: 0, y: 0, ...size });
        return;
      }
      const lost = [size.width - part.width, size.height - part.height];
      expect(Math.min(...lost)).toBe(0);
      expect([part.x, part.y]).toEqual(lost.map((pixels) => Math.floor(pixels / 2)));
      const pixel = 1 / Math.min(part.width, part.height);
      expect(Math.abs(Math.log(part.width / part.height / (raw.width / raw.height)))).toBeLessThan(pixel);
    }),
    {
      examples: [
        [{ width: 65, height: 4000 }, {}],
        [
          { width: 65, height: 4000 },
          { width: 512, height: 512 },
        ],
      ],
    },
  );
});

test('refuses a size whose other side would leave the limits', () => {
  const faults = (raw: WorkflowParams, width: number, height: number) =>
    workflow.checkImages(parse(raw), { image: { width, height } });
  expect(faults({ width: 304 }, 65, 4000)).toEqual([
    { pointer: '/width', message: expect.stringContaining('304 × 18712 pixels; each side must be from 256') },
  ]);
  expect(faults({ height: 512 }, 300, 900)).toEqual([
    { pointer: '/height', message: expect.stringContaining('168 × 512 pixels') },
  ]);
  expect(faults({ width: 512 }, 600, 900)).toEqual([]);
  expect(faults({}, 65, 4000)).toEqual([]);
});

test('is followed along all steps or a part of them, for the same price', () => {
  const part = { controlStart: 0.25, controlEnd: 0.6 };
  expect(bind({})['11']?.inputs).toMatchObject({ start_percent: 0, end_percent: 1 });
  expect(bind(part)['11']?.inputs).toMatchObject({ start_percent: 0.25, end_percent: 0.6 });
  const images = { image: { width: 600, height: 900 } };
  expect(workflow.price(parse(part), images)).toBe(workflow.price(parse({}), images));
  const empty = { image, prompt: 'a', control: 'canny', controlStart: 0.6, controlEnd: 0.6 };
  expect(workflow.params.safeParse(empty).error?.issues).toMatchObject([{ path: ['controlEnd'] }]);
});

test('refuses another control and a missing reference', () => {
  expect(workflow.params.safeParse({ image, prompt: 'a', control: 'scribble' }).success).toBe(false);
  expect(workflow.params.safeParse({ prompt: 'a', control: 'canny' }).success).toBe(false);
});
