import { expect, test } from 'vitest';
import type { WorkflowParams } from '../../workflow.ts';
import { workflow } from './workflow.ts';

const id = '01900000-0000-7000-8000-000000000000';
const photo = { width: 1600, height: 1200 };
const parse = (raw: WorkflowParams): WorkflowParams =>
  workflow.params.parse({ image: id, prompt: 'make it winter', ...raw });
const bind = (raw: WorkflowParams) =>
  workflow.bind(parse(raw), {
    images: Object.fromEntries(
      workflow.imageParams.map((name) => [name, { ...photo, uploadedName: `${name}.png` }]),
    ),
    outputPrefix: 'star-graph/task',
  });
const picturesOf = (graph: ReturnType<typeof bind>) =>
  Object.entries(graph['5']?.inputs ?? {}).flatMap(([input, value]) =>
    input.startsWith('images.') && Array.isArray(value)
      ? [[input, graph[String(value[0])]?.inputs.image]]
      : [],
  );

test('pictures that are not given leave the graph', () => {
  const graph = bind({});
  expect(picturesOf(graph)).toEqual([['images.image_1', 'image.png']]);
  expect(Object.values(graph).filter((node) => node.class_type === 'LoadImage')).toHaveLength(1);
});

test('takes ten pictures, each under its number', () => {
  const further = Array.from({ length: 9 }, (_, index) => `image${index + 2}`);
  const graph = bind(Object.fromEntries(further.map((name) => [name, id])));
  expect(picturesOf(graph)).toEqual(
    ['image', ...further].map((name, index) => [`images.image_${index + 1}`, `${name}.png`]),
  );
  expect(workflow.params.safeParse({ image: id, prompt: 'a', image11: id }).success).toBe(false);
});

test('draws at the size of the first picture, any number of times', () => {
  const graph = bind({ count: 3 });
  expect(graph['8']?.inputs.latent_image).toEqual(['7', 0]);
  expect(graph['7']?.inputs).toEqual({ amount: 3, samples: ['5', 2] });
  expect(graph['6']).toBeUndefined();
});

test('draws at a requested size, which the other side follows', () => {
  const graph = bind({ count: 3, height: 960 });
  expect(graph['8']?.inputs.latent_image).toEqual(['6', 0]);
  expect(graph['6']?.inputs).toEqual({ width: 1280, height: 960, batch_size: 3 });
});

test('sees pictures in steps of 32 pixels', () => {
  const { error } = workflow.params.safeParse({ image: id, prompt: 'a', width: 1008 });
  expect(error?.issues.map(({ message }) => message)).toEqual(['Choose a multiple of 32 from 256 to 2048.']);
});

test.each([
  ['a panorama', { image: { width: 5000, height: 1000 } }, '/image', 'at most 4 times'],
  ['a stamp as tenth', { image: photo, image10: { width: 16, height: 16 } }, '/image10', 'at least 32'],
])('refuses %s with a sentence', (_, images, pointer, message) => {
  expect(workflow.checkImages(parse({ image10: id }), images)).toEqual([
    { pointer, message: expect.stringContaining(message) },
  ]);
});
