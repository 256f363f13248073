import { expect, test } from 'vitest';
import { asking } from '../../testing/asking.ts';
import { workflow } from './workflow.ts';

const { parse, bind } = asking(workflow, { prompt: 'waves' });

test('draws the still and animates it in one graph', () => {
  const graph = bind({ seed: 5, width: 576, height: 1024, frames: 25 });
  expect(graph).toMatchSnapshot();
  expect(graph['10']?.inputs).toMatchObject({ init_image: ['8', 0], width: 576, height: 1024 });
  expect(graph['5']?.inputs).toMatchObject({ width: 576, height: 1024 });
  expect([graph['6']?.inputs.seed, graph['12']?.inputs.seed]).toEqual([5, 5]);
  expect(workflow.models(parse({ frames: 25 })).map(({ name }) => name)).toEqual([
    'sd_xl_base_1.0.safetensors',
    'sdxl_vae_fp16_fix.safetensors',
    'svd_xt.safetensors',
  ]);
});

test('keeps the still’s steps apart from the video’s', () => {
  const graph = bind({ steps: 40, videoSteps: 12 });
  expect([graph['6']?.inputs.steps, graph['12']?.inputs.steps]).toEqual([40, 12]);
});

test('refuses more pixels than the video model was trained on', () => {
  const issues = workflow.params.safeParse({ prompt: 'a', width: 1024, height: 1024 }).error?.issues;
  expect(issues?.map(({ path, message }) => [path, message])).toEqual([
    [['height'], 'Width × height may be at most 0.58 megapixels.'],
  ]);
});
