import { expect, test } from 'vitest';
import type { InputImage, WorkflowParams } from '../../workflow.ts';
import { workflow } from './workflow.ts';

const photo: InputImage = { width: 1203, height: 800 };
const parse = (raw: WorkflowParams): WorkflowParams => workflow.params.parse({ ...workflow.example, ...raw });
const bind = (raw: WorkflowParams, image = photo) =>
  workflow.bind(parse(raw), {
    images: { image: { ...image, uploadedName: 'photo.png' } },
    outputPrefix: 'star-graph/task',
  });
const check = (raw: WorkflowParams, image = photo) => workflow.checkImages(parse(raw), { image });
const all = { left: 10, top: 20, right: 30, bottom: 40 };

test('gives the picture’s size plus margins, with the original untouched inside', () => {
  const { '5': source, '6': padded, '16': result, '17': whole, '19': laid } = bind(all);
  expect(padded?.inputs).toMatchObject({ ...all, image: ['5', 0] });
  expect(source?.inputs.image).toBe('photo.png');
  expect(result?.inputs).toMatchObject({ width: 1243, height: 860 });
  expect(whole?.inputs).toMatchObject({ ...photo, value: 1 });
  expect(laid?.inputs).toMatchObject({ destination: ['16', 0], source: ['5', 0], x: 10, y: 20 });
});

test("shows picture and mask to the model at the result's shape", () => {
  const { '7': picture, '9': mask } = bind({ right: 1203 });
  const [width, height] = [Number(picture?.inputs.width), Number(picture?.inputs.height)];
  expect(mask?.inputs).toMatchObject({ width, height });
  expect([width % 8, height % 8]).toEqual([0, 0]);
  expect(width / height).toBeCloseTo(2406 / 800, 1);
});

test("softens only the extended edges, never a small picture's middle", () => {
  const softOf = (raw: WorkflowParams, image?: InputImage) => bind(raw, image)['18']?.inputs;
  const none = { left: 0, top: 0, right: 0, bottom: 0 };
  expect(softOf({ right: 256 })).toMatchObject({ ...none, right: 24 });
  expect(softOf({ ...all, right: 0, feathering: 100 })).toMatchObject({ left: 100, top: 100, right: 0 });
  expect(softOf({ right: 256, feathering: 0 })).toMatchObject(none);
  expect(softOf({ right: 16 }, { width: 64, height: 40 })).toMatchObject({ ...none, right: 10 });
});

test("costs by the result's pixels, wherever the picture lies", () => {
  const price = (raw: WorkflowParams, image = photo) => workflow.price(parse(raw), { image });
  const large = { width: 4000, height: 4000 };
  expect(price({ right: 4000 }, large)).toBeGreaterThan(price({ right: 8 }, large));
  expect(price({ right: 2000, left: 2000 }, large)).toBe(price({ right: 4000 }, large));
});

test('refuses no margin, or a result beyond three times the picture', () => {
  expect(workflow.params.safeParse({ ...workflow.example, right: 0 }).error?.issues).toMatchObject([
    { path: ['right'], message: expect.stringContaining('at least one side') },
  ]);
  expect(check({ left: 1203, right: 1203 })).toEqual([]);
  expect(check({ left: 1203, right: 1204 })).toEqual([
    {
      pointer: '/right',
      message: expect.stringContaining('3610 × 800 pixels and the picture is 1203 × 800'),
    },
  ]);
  expect(check({ right: 0, top: 1000, bottom: 601 })).toMatchObject([{ pointer: '/top' }]);
});

test('refuses a picture too small or a result too large, with pointer', () => {
  expect(check({}, { width: 31, height: 400 })).toMatchObject([{ pointer: '/image' }]);
  expect(check({ right: 8, bottom: 4000 }, { width: 8000, height: 8000 })).toMatchObject([
    { pointer: '/bottom', message: expect.stringContaining('8008 × 12000') },
  ]);
  expect(check({ right: 4000, bottom: 8 }, { width: 13000, height: 100 })).toMatchObject([
    { pointer: '/right' },
  ]);
});

test('needs image and prompt', () => {
  for (const name of ['image', 'prompt'])
    expect(workflow.params.safeParse({ ...workflow.example, [name]: undefined }).success, name).toBe(false);
});
