import { expect, test } from 'vitest';
import { asking } from '../../testing/asking.ts';
import type { WorkflowParams } from '../../workflow.ts';
import { workflow } from './workflow.ts';

const { bind } = asking(workflow, { prompt: 'a fox' });

test('schedules four steps for the size that it draws', () => {
  const graph = bind({ width: 1344, height: 768, seed: 7 });
  expect(graph['9']?.inputs).toEqual({ steps: 4, width: 1344, height: 768 });
  expect(graph['10']?.inputs).toEqual({ width: 1344, height: 768, batch_size: 1 });
  expect(graph['7']?.inputs).toEqual({ noise_seed: 7 });
});

test('guides by the prompt alone, as a distilled model does', () => {
  const classes = workflow.nodeClasses();
  expect(classes).toContain('BasicGuider');
  expect(classes).not.toContain('CFGGuider');
});

test('chains LoRAs between model and guider, and needs none', () => {
  expect(bind({})['6']?.inputs.model).toEqual(['1', 0]);
  const graph = bind({ loras: [{ name: 'a.safetensors' }, { name: 'b.safetensors', weight: 0.5 }] });
  expect(graph['6']?.inputs.model).toEqual(['14', 0]);
  expect(graph['14']?.inputs).toEqual({ lora_name: 'b.safetensors', strength_model: 0.5, model: ['4', 0] });
});

test('refuses a side between the cells and too large an area', () => {
  const messages = (raw: WorkflowParams) =>
    workflow.params.safeParse({ prompt: 'a', ...raw }).error?.issues.map(({ message }) => message);
  expect(messages({ width: 1000 })).toEqual(['Choose a multiple of 16 from 256 to 2048.']);
  expect(messages({ width: 2048, height: 2064 })).toEqual(['Choose a multiple of 16 from 256 to 2048.']);
});
