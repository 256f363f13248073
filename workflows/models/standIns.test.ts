import { describe, expect, test } from 'vitest';
import { inventoryOptions } from './loaders.ts';
import { traitsOf } from './modelFamilies.ts';
import { isOfferable, type ModelFacts, rankStandIn } from './standIns.ts';

/** The names that can stand in, best first. */
const ranked = (options: keyof typeof inventoryOptions, wanted: unknown, names: string[]): string[] =>
  names
    .map((name) => ({ name, rank: rankStandIn(inventoryOptions[options], wanted, name) }))
    .filter(({ rank }) => rank !== undefined)
    .sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0))
    .map(({ name }) => name);

describe('in place of a checkpoint', () => {
  test.each([
    ['sd_xl_base_1.0.safetensors', ['mine.safetensors', 'juggernautXL_v9.safetensors']],
    ['v1-5-pruned-emaonly-fp16.safetensors', ['mine.safetensors', 'realisticVisionV60.safetensors']],
    ['v1-5-pruned-emaonly-fp16.safetensors', ['mine.safetensors', 'sd1.5/anything-sd15.ckpt']],
    ['sd-v1-5-inpainting.safetensors', ['v1-5-pruned.safetensors', 'anything_inpainting.safetensors']],
  ])('prefers the family of %s to an unknown one', (wanted, names) => {
    expect(ranked('checkpoints', wanted, names)).toEqual([names[1], names[0]]);
  });

  test.each([
    ['v1-5-pruned-emaonly-fp16.safetensors', 'flux1-dev.safetensors'],
    ['v1-5-pruned-emaonly-fp16.safetensors', 'juggernautXL_v9.safetensors'],
    ['v1-5-pruned-emaonly-fp16.safetensors', 'sd-v1-5-inpainting.safetensors'],
    ['sd_xl_base_1.0.safetensors', 'dreamshaper_8.safetensors'],
    ['sd_xl_base_1.0.safetensors', 'sd_xl_turbo_1.0_fp16.safetensors'],
    ['sd_xl_base_1.0.safetensors', 'juggernautXL_lightning.safetensors'],
    ['sd_xl_base_1.0.safetensors', 'sd3.5_large.safetensors'],
    ['sd_xl_base_1.0.safetensors', 'v2-1_768-ema-pruned.safetensors'],
    ['sd_xl_base_1.0.safetensors', 'sdpose_wholebody_fp16.safetensors'],
    ['sd_xl_base_1.0.safetensors', 'sam3.1_multiplex_fp16.safetensors'],
  ])('%s never stands %s', (wanted, name) => {
    expect(ranked('checkpoints', wanted, [name])).toEqual([]);
  });

  test('the operator counts before metadata, and metadata before the name', () => {
    const rank = (facts: ModelFacts) =>
      rankStandIn(inventoryOptions.checkpoints, 'sd_xl_base_1.0.safetensors', 'mine-1.5.safetensors', facts);
    const architectures = { 'checkpoints/mine-1.5.safetensors': 'stable-diffusion-xl-v1-base' };
    expect(rank({})).toBeUndefined();
    expect(rank({ architectures })).toBe(0);
    expect(rank({ architectures, families: { 'checkpoints/mine-1.5.safetensors': 'flux' } })).toBeUndefined();
  });

  test('that draws pictures never stands one that draws none', () => {
    const none = [
      'svd_xt.safetensors',
      'stable-video-diffusion.safetensors',
      'ltx-video-2b-v0.9.safetensors',
      'wan2.1_t2v.safetensors',
      'stable-audio-open-1.0.safetensors',
      'sd_xl_refiner_1.0.safetensors',
    ];
    expect(ranked('checkpoints', 'sd_xl_base_1.0.safetensors', none)).toEqual([]);
    expect(ranked('checkpoints', 'sd_xl_base_1.0.safetensors', ['swan-xl.safetensors'])).toHaveLength(1);
  });

  test('only a file named Stable Video Diffusion stands in for video', () => {
    const names = ['juggernautXL_v9.safetensors', 'ltx-video-2b.safetensors', 'svd_xt_1_1.safetensors'];
    expect(ranked('video_checkpoints', undefined, names)).toEqual(['svd_xt_1_1.safetensors']);
  });
});

test('a model that gives a picture apart in layers is of another family than one that draws', () => {
  expect(traitsOf('qwen_image_layered_bf16.safetensors').family).toBe('other');
  expect(traitsOf('qwen_image_2512_fp8.safetensors').family).toBe('qwen-image');
});

test('a ControlNet stands in for another of the same map and family', () => {
  const wanted = 'control_v11p_sd15_openpose_fp16.safetensors';
  const names = [
    'control-lora-openposeXL2-rank256.safetensors',
    'sd15_depth.pth',
    'openpose.pth',
    'sd15_openpose.pth',
  ];
  expect(ranked('controlnet', wanted, names)).toEqual(['sd15_openpose.pth', 'openpose.pth']);
});

describe('a person is offered', () => {
  const offered = (options: 'checkpoints' | 'video_checkpoints', usual: unknown, names: string[]) =>
    names.filter((name) => isOfferable(inventoryOptions[options], usual, name));

  test('no checkpoint of a family that the workflow cannot draw with', () => {
    const names = ['flux1-dev.safetensors', 'dreamshaper_8.safetensors', 'mine.safetensors'];
    expect(offered('checkpoints', 'v1-5-pruned-emaonly-fp16.safetensors', names)).toEqual(names.slice(1));
  });

  test('a distilled model, though it is never a default', () => {
    const names = ['sd_xl_turbo_1.0_fp16.safetensors'];
    expect(offered('checkpoints', 'sd_xl_base_1.0.safetensors', names)).toEqual(names);
  });

  test('Stable Video Diffusion alone for a video', () => {
    const names = ['juggernautXL_v9.safetensors', 'mine.safetensors', 'svd_xt_1_1.safetensors'];
    expect(offered('video_checkpoints', undefined, names)).toEqual(['svd_xt_1_1.safetensors']);
  });
});

test('any upscale model stands in for another, but nothing for a LoRA', () => {
  expect(ranked('upscale_models', undefined, ['realesr-animevideov3.pth'])).toHaveLength(1);
  for (const options of ['loras', 'vae', 'samplers', 'schedulers'] as const)
    expect(ranked(options, 'a', ['b'])).toEqual([]);
});
