import { expect, test } from 'vitest';
import type { InputImage, WorkflowParams } from '../../workflow.ts';
import { workflow } from './workflow.ts';

const photo: InputImage = { width: 1203, height: 800 };
const parse = (raw: WorkflowParams): WorkflowParams => workflow.params.parse({ ...workflow.example, ...raw });
const bind = (raw: WorkflowParams) =>
  workflow.bind(parse(raw), {
    images: {
      image: { ...photo, uploadedName: 'photo.png' },
      mask: { ...photo, uploadedName: 'mask.png' },
    },
    outputPrefix: 'star-graph/task',
  });

test('gives the picture’s own size, over the untouched original, for each copy', () => {
  const graph = bind({ count: 3 });
  expect(graph['16']?.inputs).toMatchObject(photo);
  expect(graph['18']?.inputs).toMatchObject({ destination: ['17', 0], source: ['16', 0], mask: ['7', 0] });
  expect(graph['17']?.inputs).toMatchObject({ image: ['5', 0], amount: 3 });
  expect(graph['13']?.inputs.amount).toBe(3);
});

test('shows picture and mask to the model at one size', () => {
  const { '8': picture, '10': mask } = bind({});
  const size = { width: picture?.inputs.width, height: picture?.inputs.height };
  expect(mask?.inputs).toMatchObject(size);
  expect([Number(size.width) % 8, Number(size.height) % 8]).toEqual([0, 0]);
});

test('reads the mask from its own picture', () => {
  const graph = bind({});
  expect([graph['5']?.inputs.image, graph['6']?.inputs.image]).toEqual(['photo.png', 'mask.png']);
});

test('refuses a mask of another size, naming both sizes at the mask', () => {
  const check = (mask: InputImage) => workflow.checkImages(parse({}), { image: photo, mask });
  expect(check(photo)).toEqual([]);
  expect(check({ ...photo, width: 1202 })).toHaveLength(1);
  expect(check({ ...photo, height: 801 })).toHaveLength(1);
  expect(check({ width: 800, height: 1203 })).toEqual([
    { pointer: '/mask', message: expect.stringContaining('800 × 1203 pixels and the picture 1203 × 800') },
  ]);
});

test('needs image, mask and prompt', () => {
  for (const name of ['image', 'mask', 'prompt']) {
    expect(workflow.params.safeParse({ ...workflow.example, [name]: undefined }).success, name).toBe(false);
  }
});
