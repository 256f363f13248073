import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asking } from '../../testing/asking.ts';
import type { WorkflowParams } from '../../workflow.ts';
import { workflow } from './workflow.ts';

const id = '01900000-0000-7000-8000-000000000000';
const { parse, bind } = asking(workflow, { image: id }, { width: 1024, height: 768 });
const faults = (width: number, height: number, raw: WorkflowParams = {}) =>
  workflow.checkImages(parse(raw), { image: { width, height } }).map(({ message }) => message);

test('redraws a third, in five steps, as published', () => {
  expect(bind({ seed: 7 })['13']?.inputs).toMatchObject({
    seed: 7,
    steps: 5,
    cfg: 1,
    denoise: 0.33,
    sampler_name: 'dpmpp_2m_sde',
    scheduler: 'beta',
  });
});

test('gives exactly the size of the scale, twice unless asked, and samples whole cells', () => {
  const side = fc.integer({ min: 64, max: 1000 });
  fc.assert(
    fc.property(side, side, fc.constantFrom(2, 4, undefined), (width, height, scale) => {
      const times = scale ?? 2;
      const graph = bind(scale === undefined ? {} : { scale }, { width, height });
      expect(graph['15']?.inputs).toMatchObject({ width: times * width, height: times * height });
      const { width: w, height: h } = graph['11']?.inputs ?? {};
      expect([Number(w) % 16, Number(h) % 16]).toEqual([0, 0]);
      expect(Number(w) - times * width).toBeGreaterThanOrEqual(0);
      expect(Number(w) - times * width).toBeLessThan(16);
    }),
  );
});

test('keeps the template’s prompt without one', () => {
  expect(bind({})['6']?.inputs.text).toBe('masterpiece, 8k');
  expect(bind({ prompt: 'a fox' })['6']?.inputs.text).toBe('a fox');
});

test('chains LoRAs before the noise schedule, and needs none', () => {
  expect(bind({})['5']?.inputs.model).toEqual(['1', 0]);
  expect(bind({ loras: [{ name: 'a.safetensors' }] })['5']?.inputs.model).toEqual(['4', 0]);
});

test('refuses pictures too small, too long and too large with a sentence', () => {
  expect(faults(32, 600)).toEqual(['The picture is 32 × 600 pixels; each side must be from 64 to 2048.']);
  expect(faults(3000, 200)).toEqual(['The picture is 3000 × 200 pixels; each side must be from 64 to 2048.']);
  expect(faults(2000, 1500)).toEqual([
    'The picture is 2000 × 1500 pixels, 3.0 megapixels; to be refined at scale 2 it may have at most 1.5.',
  ]);
  expect(faults(1344, 768)).toEqual([]);
  expect(faults(1344, 768, { scale: 4 })).toEqual([
    'The picture is 1344 × 768 pixels; each side must be from 64 to 1024.',
  ]);
  expect(faults(768, 768, { scale: 4 })).toEqual([
    'The picture is 768 × 768 pixels, 0.6 megapixels; to be refined at scale 4 it may have at most 0.3.',
  ]);
  expect(faults(512, 512, { scale: 4 })).toEqual([]);
});
