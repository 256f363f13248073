import { describe, expect, it } from 'vitest';
import { inventoryOptions } from './loaders.ts';
import { rankStandIn } from './standIns.ts';

/** Of these names those that serve, best first. */
const ranked = (options: keyof typeof inventoryOptions, wanted: unknown, names: string[]): string[] =>
  names
    .map((name) => ({ name, rank: rankStandIn(inventoryOptions[options], wanted, name) }))
    .filter(({ rank }) => rank !== undefined)
    .sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0))
    .map(({ name }) => name);

describe('in place of a checkpoint', () => {
  it.each([
    [
      'sd_xl_base_1.0.safetensors',
      ['dreamshaper_8.safetensors', 'juggernautXL_v9.safetensors'],
      'juggernautXL_v9.safetensors',
    ],
    [
      'v1-5-pruned-emaonly-fp16.safetensors',
      ['juggernautXL_v9.safetensors', 'dreamshaper_8.safetensors'],
      'dreamshaper_8.safetensors',
    ],
    [
      'v1-5-pruned-emaonly-fp16.safetensors',
      ['dreamshaper_8.safetensors', 'sd1.5/anything-sd15.ckpt'],
      'sd1.5/anything-sd15.ckpt',
    ],
    [
      'sd-v1-5-inpainting.safetensors',
      ['v1-5-pruned.safetensors', 'anything_inpainting.safetensors'],
      'anything_inpainting.safetensors',
    ],
  ])('of the family of %s that one is preferred', (wanted, names, best) => {
    expect(ranked('checkpoints', wanted, names)).toHaveLength(names.length);
    expect(ranked('checkpoints', wanted, names)[0]).toBe(best);
  });

  it('that draws pictures never stands one that draws none', () => {
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

  it('of video stands only one that names Stable Video Diffusion, though ComfyUI lists all checkpoints', () => {
    const names = ['juggernautXL_v9.safetensors', 'ltx-video-2b.safetensors', 'svd_xt_1_1.safetensors'];
    expect(ranked('video_checkpoints', undefined, names)).toEqual(['svd_xt_1_1.safetensors']);
  });
});

it('any upscale model stands in for another, and nothing for a LoRA, a VAE or a sampler', () => {
  expect(ranked('upscale_models', undefined, ['realesr-animevideov3.pth'])).toHaveLength(1);
  for (const options of ['loras', 'vae', 'samplers', 'schedulers'] as const)
    expect(ranked(options, 'a', ['b'])).toEqual([]);
});
