import { expect, test } from 'vitest';
import { workflow } from './workflow.ts';

test('says the angle in the words of its LoRA, which every picture goes through', () => {
  const image = '01900000-0000-7000-8000-000000000000';
  const raw = { image, side: 'back left', cameraHeight: 'high', distance: 'wide', fast: false };
  const graph = workflow.bind(workflow.params.parse(raw), {
    images: { image: { width: 800, height: 600, uploadedName: 'a.png' } },
    outputPrefix: 'star-graph/task',
  });
  expect(graph['14']?.inputs.prompt).toBe('<sks> back-left quarter view high-angle shot wide shot');
  expect(graph['14']?.inputs).not.toHaveProperty('image2');
  expect(graph['5']?.inputs).toMatchObject({
    lora_name: 'qwen-image-edit-2511-multiple-angles-lora.safetensors',
    model: ['1', 0],
  });
  expect(graph['12']).toBeUndefined();
});
