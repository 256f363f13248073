import type { ShippedFile } from './shippedFile.ts';

export const stableDiffusionFiles: readonly ShippedFile[] = [
  {
    folder: 'checkpoints',
    name: 'sd_xl_base_1.0.safetensors',
    precision: 'fp16',
    bytes: 6_938_078_334,
    families: ['sdxl'],
    publishedAs: 'stabilityai/stable-diffusion-xl-base-1.0',
  },
  {
    folder: 'checkpoints',
    name: 'sd_xl_refiner_1.0.safetensors',
    precision: 'fp16',
    bytes: 6_075_981_930,
    families: ['sdxl'],
    publishedAs: 'stabilityai/stable-diffusion-xl-refiner-1.0',
  },
  {
    folder: 'vae',
    name: 'sdxl_vae_fp16_fix.safetensors',
    precision: 'fp32',
    bytes: 334_641_162,
    families: ['sdxl'],
    publishedAs: 'madebyollin/sdxl-vae-fp16-fix',
  },
  {
    folder: 'checkpoints',
    name: 'v1-5-pruned-emaonly-fp16.safetensors',
    precision: 'fp16',
    bytes: 2_132_696_762,
    alternatives: [
      { name: 'v1-5-pruned-emaonly.safetensors', precision: 'fp32', bytes: 4_265_146_304 },
      { name: 'v1-5-pruned-emaonly.ckpt', precision: 'fp32' },
    ],
    families: ['sd15'],
    publishedAs: 'Comfy-Org/stable-diffusion-v1-5-archive',
  },
  {
    folder: 'checkpoints',
    name: 'sd-v1-5-inpainting.safetensors',
    precision: 'fp32',
    // To the next megabyte.
    bytes: 4_265_000_000,
    alternatives: [{ name: 'sd-v1-5-inpainting.ckpt', precision: 'fp32', bytes: 4_265_437_280 }],
    families: ['sd15'],
    publishedAs: 'stable-diffusion-v1-5/stable-diffusion-inpainting',
  },
  controlNet('control_v11p_sd15_openpose'),
  controlNet('control_v11p_sd15_canny'),
  controlNet('control_v11f1p_sd15_depth'),
  video('svd.safetensors', 'stabilityai/stable-video-diffusion-img2vid'),
  video('svd_xt.safetensors', 'stabilityai/stable-video-diffusion-img2vid-xt'),
];

/** Published at half precision for ComfyUI, and at full precision by its authors. */
function controlNet(name: string): ShippedFile {
  return {
    folder: 'controlnet',
    name: `${name}_fp16.safetensors`,
    precision: 'fp16',
    bytes: 722_601_100,
    alternatives: [{ name: `${name}.pth`, precision: 'fp32' }],
    families: ['sd15'],
    publishedAs: 'comfyanonymous/ControlNet-v1-1_fp16_safetensors',
  };
}

function video(name: string, publishedAs: string): ShippedFile {
  return { folder: 'checkpoints', name, bytes: 9_559_625_980, families: ['stable-video'], publishedAs };
}
