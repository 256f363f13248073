import { expect, test } from 'vitest';
import type { WorkflowParams } from '../../workflow.ts';
import { workflow } from './workflow.ts';

const id = '01900000-0000-7000-8000-000000000000';
const photo = { width: 1600, height: 1200 };
const parse = (raw: WorkflowParams): WorkflowParams =>
  workflow.params.parse({ image: id, prompt: 'picture 1 sings', ...raw });
const bind = (raw: WorkflowParams) =>
  workflow.bind(parse(raw), {
    images: Object.fromEntries(
      workflow.imageParams.map((name) => [name, { ...photo, uploadedName: `${name}.png` }]),
    ),
    outputPrefix: 'star-graph/task',
  });
const loadedBy = (graph: ReturnType<typeof bind>) =>
  Object.values(graph).flatMap((node) => (node.class_type === 'LoadImage' ? [node.inputs.image] : []));

test('pictures that are not given leave the graph', () => {
  const graph = bind({ image3: id });
  expect(loadedBy(graph)).toEqual(['image.png', 'image3.png']);
  expect(Object.keys(graph['8']?.inputs ?? {}).filter((name) => name.startsWith('ref_images'))).toEqual([
    'ref_images.ref_image_0',
    'ref_images.ref_image_2',
  ]);
});

test('the prompt names pictures as the model counts them', () => {
  const prompt = 'Picture 1 meets <Picture 3>, 图片 3 和图片1, picture 2 and picture 12';
  expect(bind({ image3: id, prompt })['8']?.inputs.prompt).toBe(
    '<Picture 1> meets <Picture 2>, <Picture 2> 和<Picture 1>, picture 2 and picture 12',
  );
});

test('each picture costs as its part of the work', () => {
  const units = (raw: WorkflowParams) => workflow.workUnits(parse(raw), { image: photo, image2: photo });
  expect(units({ image2: id }) / units({})).toBeCloseTo((124 + 34) / (124 + 17));
});

test('a further picture that is too long is refused at its own place', () => {
  const images = { image: photo, image2: { width: 4100, height: 1000 } };
  expect(workflow.checkImages(parse({ image2: id }), images)).toEqual([
    { pointer: '/image2', message: expect.stringContaining('at most 4 times the shorter') },
  ]);
});
