import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { WorkflowParams } from '../../workflow.ts';
import { findModelScale, workflow } from './workflow.ts';

const image = '01900000-0000-7000-8000-000000000000';
const parse = (raw: WorkflowParams): WorkflowParams => workflow.params.parse({ image, ...raw });
const bind = (params: WorkflowParams, size: { width: number; height: number }) =>
  workflow.bind(params, {
    images: { image: { ...size, uploadedName: 'photo.png' } },
    outputPrefix: 'star-graph/task',
  });

test.each([
  ['RealESRGAN_x2plus.pth', 2],
  ['RealESRGAN_x4plus_anime_6B.pth', 4],
  ['4x-UltraSharp.pth', 4],
  ['RRDB_ESRGAN_x4.pth', 4],
  ['8x_NMKD-Superscale_150000_G.pth', 8],
  ['faces/2x_Faces.pth', 2],
  ['003_realSR_BSRGAN_DFO_s64w8_SwinIR-M_x2_GAN.pth', 2],
  ['realesr-general-x4v3.pth', 4],
  ['mystery.safetensors', 4],
])('reads the factor of %s as %i', (model, scale) => {
  expect(findModelScale(model)).toBe(scale);
});

describe('the result', () => {
  test('has exactly scale × the size of the picture with every model', () => {
    const models = [undefined, 'RealESRGAN_x2plus.pth', '4x-UltraSharp.pth', 'mystery.pth', '8x_NMKD.pth'];
    const side = fc.integer({ min: 16, max: 4096 });
    fc.assert(
      fc.property(
        fc.constantFrom(...models),
        fc.constantFrom(2, 4),
        side,
        side,
        (model, scale, width, height) => {
          const graph = bind(parse({ scale, model }), { width, height });
          const size = { width: width * scale, height: height * scale };
          expect(graph['5']?.inputs).toMatchObject(size);
          expect(workflow.makes?.(parse({ scale, model }), { image: { width, height } })).toEqual(size);
          expect(graph['6']?.inputs.images).toEqual(['5', 0]);
        },
      ),
    );
  });

  test('passes a 2× model twice for scale 4 and any other once', () => {
    const passes = (raw: WorkflowParams) =>
      Object.values(bind(parse(raw), { width: 64, height: 64 })).filter(
        (node) => node.class_type === 'ImageUpscaleWithModel',
      ).length;
    expect(passes({ scale: 4, model: 'RealESRGAN_x2plus.pth' })).toBe(2);
    expect(passes({ scale: 2, model: 'RealESRGAN_x2plus.pth' })).toBe(1);
    expect(passes({ scale: 2, model: '4x-UltraSharp.pth' })).toBe(1);
    expect(passes({ scale: 4 })).toBe(1);
  });

  test('takes the model for the scale when none is named', () => {
    expect(workflow.models(parse({ scale: 2 }))).toEqual([
      { folder: 'upscale_models', name: 'RealESRGAN_x2plus.pth' },
    ]);
    expect(workflow.models(parse({ scale: 4 }))).toEqual([
      { folder: 'upscale_models', name: 'RealESRGAN_x4plus.pth' },
    ]);
  });
});

describe('sizes', () => {
  const faults = (raw: WorkflowParams, width: number, height: number) =>
    workflow.checkImages(parse(raw), { image: { width, height } });

  test('accepts a 12-megapixel photo at scale 2', () => {
    expect(faults({}, 4000, 3000)).toEqual([]);
  });

  test.each([
    ['a picture smaller than a model can work on', {}, 15, 400, 'at least 16'],
    ['a result wider than ImageScale makes', { scale: 4 }, 4097, 16, 'at most 16384'],
    [
      'a 4× pass larger than memory, though the result is not',
      { model: '4x-UltraSharp.pth' },
      4000,
      3000,
      '8.3',
    ],
  ] as const)('refuses %s and says what fits', (_, raw, width, height, sentence) => {
    expect(faults(raw, width, height)).toEqual([
      { pointer: '/image', message: expect.stringContaining(sentence) },
    ]);
  });

  test('refuses a scale that is neither 2 nor 4', () => {
    for (const scale of [0, 1, 3, 8, '2', Number.NaN]) {
      expect(workflow.params.safeParse({ image, scale }).success).toBe(false);
    }
  });
});
