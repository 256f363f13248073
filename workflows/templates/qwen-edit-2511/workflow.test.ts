import { expect, test } from 'vitest';
import type { WorkflowParams } from '../../workflow.ts';
import { workflow } from './workflow.ts';

const id = '01900000-0000-7000-8000-000000000000';
const photo = { width: 1600, height: 1200 };
const parse = (raw: WorkflowParams): WorkflowParams =>
  workflow.params.parse({ image: id, prompt: 'make it winter', ...raw });
const bind = (raw: WorkflowParams) =>
  workflow.bind(parse(raw), {
    images: Object.fromEntries(
      workflow.imageParams.map((name) => [name, { ...photo, uploadedName: `${name}.png` }]),
    ),
    outputPrefix: 'star-graph/task',
  });
const names = (raw: WorkflowParams) => workflow.models(parse(raw)).map(({ name }) => name);
const lightning = 'Qwen-Image-Edit-2511-Lightning-4steps-V1.0-bf16.safetensors';

test('is fast unless asked otherwise: four steps without guidance, by its LoRA', () => {
  expect(bind({})['19']?.inputs).toMatchObject({ steps: 4, cfg: 1 });
  expect(names({})).toContain(lightning);
});

test('takes forty steps with guidance where it need not be fast', () => {
  const graph = bind({ fast: false });
  expect(graph['19']?.inputs).toMatchObject({ steps: 40, cfg: 4 });
  expect(names({ fast: false })).not.toContain(lightning);
  expect(graph['6']?.inputs).toEqual({ shift: 3.1, model: ['1', 0] });
});

test('keeps the steps that were asked for', () => {
  expect(bind({ steps: 8 })['19']?.inputs).toMatchObject({ steps: 8, cfg: 1 });
  expect(bind({ steps: 8, fast: false })['19']?.inputs).toMatchObject({ steps: 8, cfg: 4 });
});

test('chains LoRAs after the one for few steps', () => {
  const graph = bind({ loras: [{ name: 'a.safetensors' }] });
  expect(graph['5']?.inputs).toMatchObject({ lora_name: 'a.safetensors', model: ['4', 0] });
  expect(graph['6']?.inputs.model).toEqual(['5', 0]);
});

test('pictures that are not given leave both prompts', () => {
  const graph = bind({ image3: id });
  for (const prompt of ['14', '15']) {
    expect(graph[prompt]?.inputs).toMatchObject({ image1: ['11', 0], image3: ['13', 0] });
    expect(graph[prompt]?.inputs).not.toHaveProperty('image2');
  }
  expect(graph['12']).toBeUndefined();
  expect(graph['13']?.inputs.image).toBe('image3.png');
});

test('sees the first picture at the size that it draws', () => {
  const graph = bind({});
  const { width, height } = graph['18']?.inputs ?? {};
  expect(graph['11']?.inputs).toMatchObject({ width, height, crop: 'disabled' });
  expect(bind({ width: 512, height: 512 })['11']?.inputs).toMatchObject({ width, height });
});

test('a panorama is refused with a sentence', () => {
  expect(workflow.checkImages(parse({}), { image: { width: 4100, height: 1000 } })).toEqual([
    { pointer: '/image', message: expect.stringContaining('at most 4 times the shorter one') },
  ]);
});
