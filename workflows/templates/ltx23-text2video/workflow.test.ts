import { expect, test } from 'vitest';
import { asking } from '../../testing/asking.ts';
import { workflow } from './workflow.ts';

const { parse, bind, faultsOf } = asking(workflow, { prompt: 'waves' });

test('draws at half of the size, then at all of it', () => {
  const graph = bind({ width: 1920, height: 1088, frames: 97 });
  expect(graph['12']?.inputs).toMatchObject({ width: 960, height: 544, length: 97 });
  expect(graph['15']?.inputs.video_latent).toEqual(['12', 0]);
  expect(graph['23']?.inputs.samples).toEqual(['21', 0]);
  expect(graph['25']?.inputs.video_latent).toEqual(['23', 0]);
});

test('gives frames and sound the same length and rate', () => {
  const graph = bind({ frames: 241, fps: 50 });
  expect(graph['14']?.inputs).toMatchObject({ frames_number: 241, frame_rate: 50 });
  expect([graph['12']?.inputs.length, graph['11']?.inputs.frame_rate, graph['34']?.inputs.fps]).toEqual([
    241, 50, 50,
  ]);
});

test('carries the sound through both passes into the file', () => {
  const graph = bind({});
  expect(graph['35']).toMatchObject({ class_type: 'SaveVideo', inputs: { video: ['34', 0], format: 'mp4' } });
  expect(graph['34']?.inputs).toMatchObject({ images: ['32', 0], audio: ['33', 0] });
  expect(graph['33']?.inputs).toMatchObject({ samples: ['31', 1], audio_vae: ['7', 0] });
  expect(graph['25']?.inputs.audio_latent).toEqual(['21', 1]);
  expect(graph['15']?.inputs.audio_latent).toEqual(['14', 0]);
});

test('loads model, text projection and sound from one checkpoint', () => {
  const graph = bind({});
  const names = ['4', '6', '7'].map((id) => graph[id]?.inputs.ckpt_name);
  expect(new Set(names)).toEqual(new Set(['ltx-2.3-22b-dev-fp8.safetensors']));
  expect(workflow.models(parse({})).map(({ folder }) => folder)).toEqual([
    'checkpoints',
    'loras',
    'text_encoders',
    'latent_upscale_models',
  ]);
});

test('refuses frames and sides that the model does not draw', () => {
  expect(faultsOf({ frames: 120 })).toEqual([
    [['frames'], 'Choose 113 or 121: between 9 and 481 only every 8th number fits.'],
  ]);
  expect(faultsOf({ height: 720 })).toEqual([[['height'], 'Choose a multiple of 64 from 256 to 1920.']]);
  expect(faultsOf({ width: 1920, height: 1920 })).toEqual([
    [['height'], 'Width × height may be at most 2.08 megapixels.'],
  ]);
});
