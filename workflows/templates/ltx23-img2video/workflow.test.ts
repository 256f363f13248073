import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asking } from '../../testing/asking.ts';
import { findShownPart } from '../../testing/shownPart.ts';
import type { InputImage } from '../../workflow.ts';
import { workflow } from './workflow.ts';

const image = '01900000-0000-7000-8000-000000000000';
const { parse, bind } = asking(workflow, { image }, { width: 1920, height: 1080 });

test('starts both passes from the picture, the second more strictly', () => {
  const graph = bind({});
  expect(graph['13']?.inputs).toMatchObject({ image: ['3', 0], latent: ['12', 0], strength: 0.7 });
  expect(graph['24']?.inputs).toMatchObject({ image: ['3', 0], latent: ['23', 0], strength: 1 });
  expect(graph['15']?.inputs.video_latent).toEqual(['13', 0]);
  expect(graph['25']?.inputs.video_latent).toEqual(['24', 0]);
  expect(graph['1']?.inputs.image).toBe('photo.png');
});

test.each([
  ['a wide photo', {}, { width: 1920, height: 1080 }],
  ['a tall photo', { resolution: '1080p' }, { width: 3000, height: 4000 }],
  ['a panorama', { resolution: '480p' }, { width: 3600, height: 900 }],
])('draws %s at half of its size first', (_, raw, size) => {
  const graph = bind(raw, size);
  const { width, height } = graph['2']?.inputs ?? {};
  expect(graph['2']?.inputs.crop).toBe('center');
  expect(graph['12']?.inputs).toMatchObject({ width: Number(width) / 2, height: Number(height) / 2 });
  for (const side of [width, height]) expect(Number(side) % 64).toBe(0);
});

test('shows nearly all of a picture up to 2:1, otherwise half', () => {
  const shapes = fc
    .tuple(fc.integer({ min: 64, max: 9000 }), fc.double({ min: 1, max: 5, noNaN: true }), fc.boolean())
    .map(([shorter, times, isTall]): InputImage => {
      const longer = Math.round(shorter * times);
      return isTall ? { width: shorter, height: longer } : { width: longer, height: shorter };
    });
  fc.assert(
    fc.property(shapes, fc.constantFrom('480p', '720p', '1080p'), (size, resolution) => {
      fc.pre(workflow.checkImages(parse({}), { image: size }).length === 0);
      const part = findShownPart(bind({ resolution }, size), '2', size);
      const kept = (part.width * part.height) / (size.width * size.height);
      const longer = Math.max(size.width / size.height, size.height / size.width);
      // Sides go in steps of 64, which crops more of a small video.
      expect(kept).toBeGreaterThan(longer <= 2 ? 0.85 : 0.45);
    }),
  );
});

test('carries the sound through both passes into the file', () => {
  const graph = bind({});
  expect(graph['34']?.inputs).toMatchObject({ images: ['32', 0], audio: ['33', 0], fps: 25 });
  expect(graph['33']?.inputs.samples).toEqual(['31', 1]);
  expect(graph['25']?.inputs.audio_latent).toEqual(['21', 1]);
});

test('refuses frames off the grid, and pictures of which too little would be seen', () => {
  const parsed = workflow.params.safeParse({ image, frames: 126 });
  expect(parsed.error?.issues.map(({ message }) => message)).toEqual([
    'Choose 121 or 129: between 9 and 481 only every 8th number fits.',
  ]);
  const faults = workflow.checkImages(parse({}), { image: { width: 500, height: 2001 } });
  expect(faults).toEqual([{ pointer: '/image', message: expect.stringContaining('Cut out the part') }]);
});
