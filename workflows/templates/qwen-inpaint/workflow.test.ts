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
const lightning = 'Qwen-Image-Lightning-4steps-V1.0.safetensors';
const namesOf = (raw: WorkflowParams) => workflow.models(parse(raw)).map(({ name }) => name);

test('gives the picture’s own size, over the untouched original, for each copy', () => {
  const graph = bind({ count: 3 });
  expect(graph['23']?.inputs).toMatchObject(photo);
  expect(graph['25']?.inputs).toMatchObject({ destination: ['24', 0], source: ['23', 0], mask: ['12', 0] });
  expect(graph['24']?.inputs).toMatchObject({ image: ['10', 0], amount: 3 });
  expect(graph['20']?.inputs.amount).toBe(3);
});

test('shows picture and mask to the model at one size', () => {
  const { '13': picture, '15': mask } = bind({});
  const size = { width: picture?.inputs.width, height: picture?.inputs.height };
  expect(mask?.inputs).toMatchObject(size);
  expect([Number(size.width) % 16, Number(size.height) % 16]).toEqual([0, 0]);
});

test('is fast unless asked otherwise: four steps without guidance, by its LoRA', () => {
  expect(bind({ seed: 7 })['21']?.inputs).toMatchObject({ seed: 7, steps: 4, cfg: 1 });
  expect(namesOf({})).toContain(lightning);
  expect(bind({ fast: false })['21']?.inputs).toMatchObject({ steps: 20, cfg: 2.5 });
  expect(namesOf({ fast: false })).not.toContain(lightning);
});

test('chains LoRAs after the one for few steps', () => {
  const graph = bind({ loras: [{ name: 'a.safetensors' }] });
  expect(graph['5']?.inputs).toMatchObject({ lora_name: 'a.safetensors', model: ['4', 0] });
  expect(graph['6']?.inputs.model).toEqual(['5', 0]);
});

test.each([
  [
    'a mask of another size',
    photo,
    { width: 800, height: 1203 },
    '/mask',
    '800 × 1203 pixels and the picture',
  ],
  ['a panorama', { width: 5000, height: 1000 }, photo, '/image', 'at most 4 times'],
  ['a picture too large to return', { width: 9000, height: 8000 }, photo, '/image', '9000 × 8000'],
])('refuses %s with a sentence', (_, image, mask, pointer, message) => {
  expect(workflow.checkImages(parse({}), { image, mask })).toEqual([
    { pointer, message: expect.stringContaining(message) },
  ]);
});
