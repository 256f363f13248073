import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createProgress } from './progress.ts';

const node = (class_type: string, inputs: Record<string, unknown> = {}) => ({ class_type, inputs });
const twoSamplers = {
  1: node('CheckpointLoaderSimple', { ckpt_name: 'a' }),
  2: node('KSampler', { steps: 20 }),
  3: node('KSampler', { steps: 20 }),
  4: node('SaveImage'),
};
const at = (nodeId: string, value: number, max: number, isFinished = false) => [
  { nodeId, value, max, isFinished },
];

test('counts two samplers as one climb', () => {
  const progress = createProgress(twoSamplers);
  progress.finish(['1']);
  const first = progress.advance(at('2', 20, 20));
  expect(first).toMatchObject({ step: 20, steps: 20, nodeId: '2', nodeType: 'KSampler' });
  expect(first?.percent).toBeGreaterThan(40);
  expect(first?.percent).toBeLessThan(60);
  const second = progress.advance(at('3', 1, 20));
  expect(second?.percent).toBeGreaterThanOrEqual(first?.percent ?? 0);
});

test('never falls, and never reaches 100 before the end', () => {
  const call = fc.record({
    nodeId: fc.constantFrom('1', '2', '3', '4', '99', '2.0.1'),
    value: fc.double(),
    max: fc.double(),
    isFinished: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(call), (calls) => {
      const progress = createProgress(twoSamplers);
      let last = 0;
      for (const one of calls) {
        const event = progress.advance([one]);
        if (!event) continue;
        expect(Number.isInteger(event.percent)).toBe(true);
        expect(event.percent).toBeGreaterThanOrEqual(last);
        expect(event.percent).toBeLessThan(100);
        last = event.percent;
      }
      expect(progress.complete()).toEqual({ type: 'progress', percent: 100 });
    }),
  );
});

test('counts cached nodes as done', () => {
  const cold = createProgress(twoSamplers).advance(at('3', 1, 20));
  const warm = createProgress(twoSamplers);
  warm.finish(['1', '2']);
  expect(warm.advance(at('3', 1, 20))?.percent).toBeGreaterThan((cold?.percent ?? 0) + 40);
});

test('restarting tiles and steps never turn the percentage back', () => {
  const progress = createProgress({ 1: node('ImageUpscaleWithModel'), 2: node('SaveImage') });
  const high = progress.advance(at('1', 8, 9))?.percent;
  expect(progress.advance(at('1', 1, 9))?.percent).toBe(high);
});

test('knows the steps of a custom sampler from its scheduler', () => {
  const graph = {
    1: node('BasicScheduler', { steps: 30 }),
    2: node('SamplerCustomAdvanced', { sigmas: ['1', 0] }),
    3: node('VAEDecode'),
  };
  expect(createProgress(graph).advance(at('2', 30, 30))?.percent).toBeGreaterThan(90);
});

test('says nothing when nothing a person sees has changed', () => {
  const progress = createProgress(twoSamplers);
  expect(progress.advance(at('2', 3, 20))).toBeDefined();
  expect(progress.advance(at('2', 3, 20))).toBeUndefined();
});
