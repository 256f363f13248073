import { expect, test } from 'vitest';
import { asking } from '../../testing/asking.ts';
import { workflow } from './workflow.ts';

const { parse, bind, faultsOf } = asking(workflow, { prompt: 'waves' });

test('loads the models that draw from words, with the LoRAs for them', () => {
  const names = workflow.models(parse({})).map(({ name }) => name);
  expect(names.filter((name) => /high|low/.test(name))).toHaveLength(4);
  expect(names.filter((name) => name.includes('i2v'))).toEqual([]);
});

test('starts both halves from one empty video of the wanted size', () => {
  const graph = bind({ width: 1280, height: 720, frames: 33, quality: 'full', seed: 3 });
  expect(graph['13']?.inputs).toMatchObject({ width: 1280, height: 720, length: 33 });
  expect(graph['14']?.inputs).toMatchObject({ latent_image: ['13', 0], end_at_step: 10, noise_seed: 3 });
  expect(graph['15']?.inputs).toMatchObject({ latent_image: ['14', 0], start_at_step: 10, noise_seed: 3 });
});

test('refuses frames and sides between those that the model draws', () => {
  expect(faultsOf({ frames: 6 })).toEqual([
    [['frames'], 'Choose 5 or 9: between 5 and 121 only every 4th number fits.'],
  ]);
  expect(faultsOf({ width: 840 })).toEqual([[['width'], 'Choose a multiple of 16 from 256 to 1280.']]);
  expect(faultsOf({ width: 1280, height: 1280 })).toEqual([
    [['height'], 'Width × height may be at most 0.92 megapixels.'],
  ]);
});
