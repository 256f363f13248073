import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findShownPart } from '../../testing/shownPart.ts';
import type { InputImage, WorkflowParams } from '../../workflow.ts';
import { workflow } from './workflow.ts';

const image = '01900000-0000-7000-8000-000000000000';
const lastImage = '01900000-0000-7000-8000-000000000001';
const parse = (raw: WorkflowParams): WorkflowParams => workflow.params.parse({ image, ...raw });
const bind = (raw: WorkflowParams, size: InputImage = { width: 1920, height: 1080 }) =>
  workflow.bind(parse(raw), {
    images: {
      image: { ...size, uploadedName: 'first.png' },
      ...(raw.lastImage !== undefined && {
        lastImage: { width: 640, height: 640, uploadedName: 'last.png' },
      }),
    },
    outputPrefix: 'star-graph/task',
  });

describe('the last picture', () => {
  test('leaves the graph with its loader where none is given', () => {
    const graph = bind({});
    expect(graph['8']?.inputs).not.toHaveProperty('last_frame');
    expect(graph['8']?.inputs.first_frame).toEqual(['2', 0]);
    const loaders = Object.values(graph).filter((node) => node.class_type === 'LoadImage');
    expect(loaders.map(({ inputs }) => inputs.image)).toEqual(['first.png']);
  });

  test('ends the video where one is given', () => {
    const graph = bind({ lastImage });
    expect(graph['8']?.inputs).toMatchObject({ first_frame: ['2', 0], last_frame: ['3', 0] });
    expect(graph['3']?.inputs.image).toBe('last.png');
  });

  test('is refused by its own name where too little of it would be seen', () => {
    const sizes = { image: { width: 640, height: 480 }, lastImage: { width: 5000, height: 500 } };
    expect(workflow.checkImages(parse({ lastImage }), sizes)).toEqual([
      { pointer: '/lastImage', message: expect.stringContaining('The picture is 5000 × 500 pixels') },
    ]);
    expect(workflow.checkImages(parse({}), sizes)).toEqual([]);
  });
});

test.each([
  ['a wide photo', {}, { width: 1920, height: 1080 }, { width: 832, height: 480 }],
  ['a square', {}, { width: 70, height: 70 }, { width: 480, height: 480 }],
  ['a tall photo', { resolution: '768p' }, { width: 3000, height: 4000 }, { width: 768, height: 1024 }],
  ['a panorama', { resolution: '768p' }, { width: 3600, height: 900 }, { width: 1344, height: 768 }],
])('draws %s on the model’s canvas, cropped to the centre', (_, raw, size, drawn) => {
  const graph = bind(raw, size);
  expect(graph['2']?.inputs).toMatchObject({ ...drawn, crop: 'center' });
  expect(graph['8']?.inputs).toMatchObject(drawn);
});

test('shows most of a picture up to 2:1', () => {
  const shapes = fc
    .tuple(fc.integer({ min: 64, max: 9000 }), fc.double({ min: 1, max: 2, noNaN: true }), fc.boolean())
    .map(([shorter, times, isTall]): InputImage => {
      const longer = Math.round(shorter * times);
      return isTall ? { width: shorter, height: longer } : { width: longer, height: shorter };
    });
  fc.assert(
    fc.property(shapes, fc.constantFrom('480p', '768p'), (size, resolution) => {
      const part = findShownPart(bind({ resolution }, size), '2', size);
      expect((part.width * part.height) / (size.width * size.height)).toBeGreaterThan(0.85);
    }),
  );
});

test('saves frames and sound of one sampling in one file', () => {
  const graph = bind({});
  expect(graph['18']).toMatchObject({ class_type: 'SaveVideo', inputs: { video: ['17', 0] } });
  expect(graph['17']?.inputs).toEqual({ images: ['15', 0], audio: ['16', 0], fps: 24 });
  expect([graph['15']?.inputs.samples, graph['16']?.inputs.samples]).toEqual([
    ['14', 0],
    ['14', 1],
  ]);
});

test('refuses frames between those that the model draws', () => {
  const parsed = workflow.params.safeParse({ image, frames: 361 });
  expect(parsed.error?.issues.map(({ path, message }) => [path, message])).toEqual([
    [['frames'], 'Choose 345 or 362: between 124 and 362 only every 17th number fits.'],
  ]);
});
