import { expect, test } from 'vitest';
import { asking } from '../../testing/asking.ts';
import { workflow } from './workflow.ts';

const { bind } = asking(workflow, { prompt: 'a fox' });

test('samples as the distilled model was published', () => {
  expect(bind({ seed: 7 })['9']?.inputs).toMatchObject({
    seed: 7,
    steps: 8,
    cfg: 1,
    sampler_name: 'res_multistep',
    scheduler: 'simple',
    denoise: 1,
  });
});

test('chains LoRAs before the noise schedule, and needs none', () => {
  const graph = bind({ loras: [{ name: 'a.safetensors', weight: 0.4 }, { name: 'b.safetensors' }] });
  const loras = Object.values(graph).filter((node) => node.class_type === 'LoraLoaderModelOnly');
  expect(loras.map(({ inputs }) => inputs)).toEqual([
    { lora_name: 'a.safetensors', strength_model: 0.4, model: ['1', 0] },
    { lora_name: 'b.safetensors', strength_model: 1, model: ['4', 0] },
  ]);
  expect(graph['5']?.inputs.model).toEqual(['12', 0]);
  const plain = bind({});
  expect(plain['4']).toBeUndefined();
  expect(plain['5']?.inputs.model).toEqual(['1', 0]);
});

test.each([
  ['a side between the cells', { width: 1032 }, 'width', 'Choose a multiple of 16 from 256 to 2048.'],
  ['a side above the limit', { height: 2064 }, 'height', 'Choose a multiple of 16 from 256 to 2048.'],
  ['a hundred steps', { steps: 100 }, 'steps', 'Choose a whole number from 1 to 20.'],
])('refuses %s in one sentence that says what fits', (_, raw, param, message) => {
  const issues = workflow.params.safeParse({ prompt: 'a', ...raw }).error?.issues ?? [];
  expect(issues.map(({ path, message: text }) => [path.join('/'), text])).toEqual([[param, message]]);
});
