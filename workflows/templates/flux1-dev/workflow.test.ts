import { expect, test } from 'vitest';
import { asking } from '../../testing/asking.ts';
import { workflow } from './workflow.ts';

const { bind } = asking(workflow, { prompt: 'a fox' });

test('samples as published: guidance is an input of the model, cfg stays at 1', () => {
  const graph = bind({ seed: 7 });
  expect(graph['9']?.inputs).toMatchObject({
    seed: 7,
    steps: 20,
    cfg: 1,
    sampler_name: 'euler',
    scheduler: 'simple',
    positive: ['6', 0],
    negative: ['7', 0],
  });
  expect(graph['6']?.inputs).toMatchObject({ guidance: 3.5 });
});

test('chains LoRAs between model and sampler, and needs none', () => {
  expect(bind({})['9']?.inputs.model).toEqual(['1', 0]);
  expect(bind({ loras: [{ name: 'a.safetensors' }] })['9']?.inputs.model).toEqual(['4', 0]);
});

test.each([
  ['a side between the cells', { width: 1000 }, 'Choose a multiple of 16 from 256 to 2048.'],
  ['no guidance', { guidance: 0 }, 'Choose a number from 1 to 10.'],
])('refuses %s in one sentence that says what fits', (_, raw, message) => {
  const { error } = workflow.params.safeParse({ prompt: 'a', ...raw });
  expect(error?.issues.map((issue) => issue.message)).toEqual([message]);
});
