import { expect, test } from 'vitest';
import type { InputImage, WorkflowParams } from '../../workflow.ts';
import { workflow } from './workflow.ts';

const id = '01900000-0000-7000-8000-000000000000';
const parse = (raw: WorkflowParams): WorkflowParams =>
  workflow.params.parse({ image: id, prompt: 'make it winter', ...raw });
const photo = { width: 1600, height: 1200 };
/** The platform gives the pictures that the params name; every name is given here. */
const bind = (raw: WorkflowParams, size: InputImage = photo) =>
  workflow.bind(parse(raw), {
    images: Object.fromEntries(
      workflow.imageParams.map((name) => [name, { ...size, uploadedName: `${name}.png` }]),
    ),
    outputPrefix: 'star-graph/task',
  });
const loadedBy = (graph: ReturnType<typeof bind>) =>
  Object.values(graph).flatMap((node) => (node.class_type === 'LoadImage' ? [node.inputs.image] : []));

test('pictures that are not given leave the graph', () => {
  const graph = bind({});
  expect(loadedBy(graph)).toEqual(['image.png']);
  expect(graph['6']?.inputs.conditioning).toEqual(['23', 0]);
  expect(graph['23']?.inputs.conditioning).toEqual(['5', 0]);
});

test('pictures join the prompt in their order, with or without gaps', () => {
  const graph = bind({ image2: id, image4: id });
  expect(loadedBy(graph)).toEqual(['image.png', 'image2.png', 'image4.png']);
  expect(graph['6']?.inputs.conditioning).toEqual(['53', 0]);
  expect(graph['53']?.inputs.conditioning).toEqual(['33', 0]);
  expect(graph['33']?.inputs.conditioning).toEqual(['23', 0]);
});

test('the result has the aspect of the first picture at a megapixel', () => {
  const { width, height } = bind({})['10']?.inputs ?? {};
  expect([Number(width) % 16, Number(height) % 16]).toEqual([0, 0]);
  expect((Number(width) * Number(height)) / 1024 ** 2).toBeCloseTo(1, 1);
  expect(Number(width) / Number(height)).toBeCloseTo(4 / 3, 1);
  expect(bind({})['9']?.inputs).toMatchObject({ steps: 4, width, height });
});

test('a requested side is kept, and the other one follows', () => {
  expect(bind({ width: 800 })['10']?.inputs).toMatchObject({ width: 800, height: 608 });
  expect(bind({ width: 800, height: 256 })['10']?.inputs).toMatchObject({ width: 800, height: 256 });
});

test('each further picture costs, and its size is priced as the first one’s', () => {
  const images = { image: photo, image2: photo };
  expect(workflow.workUnits(parse({ image2: id }), images)).toBeGreaterThan(
    workflow.workUnits(parse({}), images),
  );
});

test.each([
  ['a picture too small', {}, { image: { width: 20, height: 400 } }, '/image', 'at least 32'],
  ['a panorama', {}, { image: { width: 5000, height: 1000 } }, '/image', 'at most 4 times'],
  [
    'a panorama as second',
    { image2: id },
    { image: photo, image2: { width: 900, height: 90 } },
    '/image2',
    '900 × 90',
  ],
  [
    'a side that follows beyond the limits',
    { width: 256 },
    { image: { width: 1600, height: 800 } },
    '/width',
    '256 × 128',
  ],
])('refuses %s with a sentence', (_, raw, images, pointer, message) => {
  expect(workflow.checkImages(parse(raw), images)).toEqual([
    { pointer, message: expect.stringContaining(message) },
  ]);
});

test('a picture that the params do not name is not judged', () => {
  const images = { image: photo, image2: { width: 1, height: 1 } };
  expect(workflow.checkImages(parse({}), images)).toEqual([]);
});
