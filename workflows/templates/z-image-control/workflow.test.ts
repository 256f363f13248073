import { expect, test } from 'vitest';
import { asking } from '../../testing/asking.ts';
import { findShownPart } from '../../testing/shownPart.ts';
import type { WorkflowParams } from '../../workflow.ts';
import { workflow } from './workflow.ts';

const id = '01900000-0000-7000-8000-000000000000';
const photo = { width: 1600, height: 1200 };
const { parse, bind } = asking(workflow, { image: id, control: 'canny', prompt: 'ink' }, photo);
const namesOf = (raw: WorkflowParams) => workflow.models(parse(raw)).map(({ name }) => name);

test.each([
  ['openpose', 'SDPoseDrawKeypoints', 'sdpose_wholebody_fp16.safetensors'],
  ['canny', 'Canny', undefined],
  ['depth', 'DA3Render', 'depth_anything_3_mono_large.safetensors'],
] as const)('makes the map of %s from a photo by ComfyUI’s own nodes', (control, classType, model) => {
  const graph = bind({ control, reference: 'photo' });
  const link = graph['23']?.inputs.image;
  expect(graph[String(Array.isArray(link) && link[0])]?.class_type).toBe(classType);
  if (model) expect(namesOf({ control, reference: 'photo' })).toContain(model);
});

test('a ready map needs neither node nor model that makes one', () => {
  for (const control of ['openpose', 'canny', 'depth']) {
    const graph = bind({ control, reference: 'map' });
    expect(graph['23']?.inputs.image).toEqual(['14', 0]);
    expect(namesOf({ control, reference: 'map' })).toEqual([
      'z_image_turbo_bf16.safetensors',
      'qwen_3_4b.safetensors',
      'ae.safetensors',
      'Z-Image-Turbo-Fun-Controlnet-Union.safetensors',
    ]);
  }
});

test('takes a photo for canny and a map for the others unless told', () => {
  expect(bind({ control: 'canny' })['23']?.inputs.image).toEqual(['15', 0]);
  expect(bind({ control: 'depth' })['23']?.inputs.image).toEqual(['14', 0]);
  expect(bind({ control: 'openpose' })['23']?.inputs.image).toEqual(['14', 0]);
});

test('samples as published: nine steps without guidance', () => {
  expect(bind({ seed: 7, strength: 0.8 })['9']?.inputs).toMatchObject({
    seed: 7,
    steps: 9,
    cfg: 1,
    sampler_name: 'res_multistep',
    scheduler: 'simple',
    model: ['23', 0],
  });
  expect(bind({ strength: 0.8 })['23']?.inputs.strength).toBe(0.8);
});

test('the reference is shown whole, or its middle in a requested aspect', () => {
  const graph = bind({});
  expect(findShownPart(graph, '14', photo)).toEqual({ x: 0, y: 0, ...photo });
  const { width, height } = graph['8']?.inputs ?? {};
  expect(graph['14']?.inputs).toMatchObject({ width, height });
  const square = bind({ width: 768, height: 768 });
  expect(findShownPart(square, '14', photo)).toEqual({ x: 200, y: 0, width: 1200, height: 1200 });
  expect(square['8']?.inputs).toMatchObject({ width: 768, height: 768 });
});

test.each([
  ['a panorama', {}, { width: 5000, height: 1000 }, '/image', 'at most 4 times'],
  [
    'a side that follows beyond the limits',
    { width: 256 },
    { width: 1600, height: 800 },
    '/width',
    '256 × 128',
  ],
  [
    'an aspect that leaves almost nothing',
    { width: 2048, height: 256 },
    { width: 40, height: 160 },
    '/height',
    'are left',
  ],
])('refuses %s with a sentence', (_, raw, image, pointer, message) => {
  expect(workflow.checkImages(parse(raw), { image })).toEqual([
    { pointer, message: expect.stringContaining(message) },
  ]);
});
