import { expect, test } from 'vitest';
import { asking } from '../../testing/asking.ts';
import { workflow } from './workflow.ts';

const { bind, faultsOf } = asking(workflow, { prompt: 'waves' });

test('saves frames and sound of one sampling in one file', () => {
  const graph = bind({});
  const [saver] = Object.values(graph).filter(({ inputs }) => 'filename_prefix' in inputs);
  expect(saver).toMatchObject({ class_type: 'SaveVideo', inputs: { video: ['17', 0], format: 'mp4' } });
  expect(graph['17']?.inputs).toEqual({ images: ['15', 0], audio: ['16', 0], fps: 24 });
  expect(graph['15']?.inputs).toMatchObject({ samples: ['14', 0], vae: ['6', 0] });
  expect(graph['16']?.inputs).toMatchObject({ samples: ['14', 1], vae: ['7', 0] });
  expect(graph['6']?.inputs.vae_name).toContain('video');
  expect(graph['7']?.inputs.vae_name).toContain('audio');
});

test('draws from words alone', () => {
  const inputs = bind({ seed: 4, steps: 30, frames: 141, width: 480, height: 832 });
  expect(inputs['8']?.inputs).not.toHaveProperty('first_frame');
  expect(inputs['8']?.inputs).toMatchObject({ prompt: 'waves', length: 141, width: 480, height: 832 });
  expect(inputs['9']?.inputs.noise_seed).toBe(4);
  expect(inputs['11']?.inputs.steps).toBe(30);
});

test('refuses frames and sides that the model does not draw', () => {
  expect(faultsOf({ frames: 240 })).toEqual([
    [['frames'], 'Choose 226 or 243: between 124 and 362 only every 17th number fits.'],
  ]);
  expect(faultsOf({ frames: 107 })).toEqual([[['frames'], 'Choose a whole number from 124 to 362.']]);
  expect(faultsOf({ width: 720 })).toEqual([[['width'], 'Choose a multiple of 32 from 256 to 1344.']]);
  expect(faultsOf({ width: 1024, height: 1024 })).toEqual([
    [['height'], 'Width × height may be at most 1.03 megapixels.'],
  ]);
});
