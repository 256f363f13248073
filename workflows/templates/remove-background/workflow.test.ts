import { expect, test } from 'vitest';
import { workflow } from './workflow.ts';

const image = '01900000-0000-7000-8000-000000000000';
const bind = () =>
  workflow.bind(workflow.params.parse({ image }), {
    images: { image: { width: 640, height: 480, uploadedName: 'photo.png' } },
    outputPrefix: 'star-graph/task',
  });

test('makes the background transparent, not the foreground', () => {
  const graph = bind();
  const alpha = graph['5']?.inputs.alpha as [string, number];
  // The node takes alpha as ComfyUI writes masks: 1 is transparent.
  expect(graph['5']?.class_type).toBe('JoinImageWithAlpha');
  expect(graph[alpha[0]]).toMatchObject({ class_type: 'InvertMask', inputs: { mask: ['3', 0] } });
  expect(graph['3']?.class_type).toBe('RemoveBackground');
});

test('cuts the picture itself, at its full size', () => {
  const graph = bind();
  expect(graph['5']?.inputs.image).toEqual(['1', 0]);
  expect(graph['1']?.inputs.image).toBe('photo.png');
  expect(graph['6']).toMatchObject({ class_type: 'SaveImage', inputs: { images: ['5', 0] } });
});

test('refuses a picture smaller than the model can work on', () => {
  const params = workflow.params.parse({ image });
  expect(workflow.checkImages(params, { image: { width: 15, height: 400 } })).toEqual([
    { pointer: '/image', message: expect.stringContaining('at least 16') },
  ]);
  expect(workflow.checkImages(params, { image: { width: 16, height: 16 } })).toEqual([]);
});
