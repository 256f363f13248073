import { expect, test } from 'vitest';
import type { WorkflowParams } from '../../workflow.ts';
import { workflow } from './workflow.ts';

const bind = (raw: WorkflowParams) =>
  workflow.bind(workflow.params.parse({ prompt: 'a fox', ...raw }), {
    images: {},
    outputPrefix: 'star-graph/task',
  });

test('samples without guidance, as its authors publish it', () => {
  expect(bind({ seed: 7, count: 3, width: 1280, height: 720 })['8']?.inputs).toMatchObject({
    seed: 7,
    steps: 25,
    cfg: 1,
    sampler_name: 'euler',
    scheduler: 'simple',
  });
  expect(bind({ count: 3, width: 1280, height: 720 })['6']?.inputs).toEqual({
    width: 1280,
    height: 720,
    batch_size: 3,
  });
});

test('chains LoRAs between model and sampler, and needs none', () => {
  expect(bind({})['8']?.inputs.model).toEqual(['1', 0]);
  expect(bind({ loras: [{ name: 'a.safetensors' }] })['8']?.inputs.model).toEqual(['4', 0]);
});

test('refuses a side between the cells', () => {
  const { error } = workflow.params.safeParse({ prompt: 'a', width: 1000 });
  expect(error?.issues.map(({ message }) => message)).toEqual(['Choose a multiple of 16 from 256 to 2048.']);
});
