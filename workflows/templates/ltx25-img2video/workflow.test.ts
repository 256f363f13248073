import { expect, test } from 'vitest';
import { workflow as before } from '../ltx23-img2video/workflow.ts';
import { workflow } from './workflow.ts';

const params = workflow.params.parse({ image: '01900000-0000-7000-8000-000000000000' });
const graph = workflow.bind(params, {
  images: { image: { width: 1920, height: 1080, uploadedName: 'photo.png' } },
  outputPrefix: 'star-graph/task',
});

test('loads every part from a file of its own, and no LoRA', () => {
  expect(workflow.models(params).map(({ folder, name }) => `${folder}/${name}`)).toEqual(
    expect.arrayContaining([
      'diffusion_models/ltx-2.5-22b-distilled-transformer-comfy-int8-convrot.safetensors',
      'text_encoders/gemma4-12b-with-proj-ltx-2.5-comfy-int8-convrot.safetensors',
      'vae/ltx-2.5-video-vae-bf16.safetensors',
      'vae/ltx-2.5-audio-vae-bf16.safetensors',
      'latent_upscale_models/ltx-2.5-latent-spatial-upscaler-x2-bf16-1.0.safetensors',
    ]),
  );
  expect(workflow.models(params)).toHaveLength(5);
});

test('decodes frames and sound by the VAE of each, through both passes', () => {
  for (const node of ['13', '23', '24', '32']) expect(graph[node]?.inputs.vae).toEqual(['36', 0]);
  expect(graph['33']?.inputs.audio_vae).toEqual(['7', 0]);
  for (const node of ['17', '27'])
    expect(graph[node]).toMatchObject({ class_type: 'LTXVDualCFGGuider', inputs: { model: ['4', 0] } });
});

test('draws each step once, so it costs half of LTX-2.3 before what is the same', () => {
  const sizes = { image: { width: 1920, height: 1080 } };
  expect(workflow.workUnits(params, sizes)).toBeCloseTo(before.workUnits(params, sizes) / 2);
});
