import { expect, test } from 'vitest';
import { asking } from '../../testing/asking.ts';
import type { WorkflowParams } from '../../workflow.ts';
import { workflow } from './workflow.ts';

const { parse, bind } = asking(workflow, { prompt: 'a fox' });

const names = (raw: WorkflowParams) => workflow.models(parse(raw)).map(({ name }) => name);
const turbo = 'Flux_2-Turbo-LoRA_comfyui.safetensors';

test('takes twenty steps, and neither loads nor needs the LoRA for few', () => {
  const graph = bind({ seed: 7, width: 1344, height: 768 });
  expect(graph['11']?.inputs).toEqual({ steps: 20, width: 1344, height: 768 });
  expect(graph['9']?.inputs).toEqual({ noise_seed: 7 });
  expect(graph['8']?.inputs.model).toEqual(['1', 0]);
  expect(names({})).not.toContain(turbo);
});

test('takes eight steps by its LoRA where it shall be fast', () => {
  const graph = bind({ fast: true });
  expect(graph['11']?.inputs.steps).toBe(8);
  expect(graph['8']?.inputs.model).toEqual(['4', 0]);
  expect(names({ fast: true })).toContain(turbo);
  expect(workflow.price(parse({ fast: true }), {})).toBeLessThan(workflow.price(parse({}), {}));
});

test('keeps the steps that were asked for', () => {
  expect(bind({ fast: true, steps: 12 })['11']?.inputs.steps).toBe(12);
});

test('chains LoRAs after the one for few steps', () => {
  const graph = bind({ fast: true, loras: [{ name: 'a.safetensors' }] });
  expect(graph['8']?.inputs.model).toEqual(['5', 0]);
  expect(graph['5']?.inputs).toMatchObject({ lora_name: 'a.safetensors', model: ['4', 0] });
});

test('guides by an input of the model', () => {
  expect(bind({ guidance: 2.5 })['7']?.inputs).toMatchObject({ guidance: 2.5 });
  expect(bind({})['7']?.inputs).toMatchObject({ guidance: 4 });
});

test.each([
  ['a side between the cells', { width: 1000 }, 'Choose a multiple of 16 from 256 to 2048.'],
  ['no guidance', { guidance: 0 }, 'Choose a number from 1 to 10.'],
])('refuses %s in one sentence that says what fits', (_, raw, message) => {
  const { error } = workflow.params.safeParse({ prompt: 'a', ...raw });
  expect(error?.issues.map((issue) => issue.message)).toEqual([message]);
});
