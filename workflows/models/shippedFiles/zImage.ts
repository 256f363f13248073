import type { ShippedFile } from './shippedFile.ts';

/** Sizes as published, some to the next 10 MB. */
export const zImageFiles: readonly ShippedFile[] = [
  {
    folder: 'diffusion_models',
    name: 'z_image_turbo_bf16.safetensors',
    precision: 'bf16',
    bytes: 12_309_866_400,
    alternatives: [
      { name: 'z_image_turbo_int8_convrot.safetensors', precision: 'int8', bytes: 6_200_000_000 },
      { name: 'z_image_turbo_nvfp4.safetensors', precision: 'nvfp4', bytes: 4_510_000_000 },
    ],
    families: ['z-image'],
    publishedAs: 'Comfy-Org/z_image_turbo',
  },
  {
    folder: 'text_encoders',
    name: 'qwen_3_4b.safetensors',
    precision: 'bf16',
    bytes: 8_044_982_048,
    alternatives: [
      { name: 'qwen_3_4b_fp8_mixed.safetensors', precision: 'fp8', bytes: 5_630_000_000 },
      { name: 'qwen_3_4b_fp4_mixed.safetensors', precision: 'mixed', bytes: 3_480_000_000 },
    ],
    families: ['z-image', 'flux2'],
    publishedAs: 'Comfy-Org/z_image_turbo',
  },
  {
    folder: 'vae',
    name: 'ae.safetensors',
    bytes: 335_304_388,
    families: ['z-image', 'flux'],
    publishedAs: 'Comfy-Org/z_image_turbo',
  },
  {
    folder: 'model_patches',
    name: 'Z-Image-Turbo-Fun-Controlnet-Union.safetensors',
    precision: 'bf16',
    bytes: 3_100_000_000,
    families: ['z-image'],
    publishedAs: 'alibaba-pai/Z-Image-Turbo-Fun-Controlnet-Union',
  },
  {
    folder: 'checkpoints',
    name: 'sdpose_wholebody_fp16.safetensors',
    precision: 'fp16',
    bytes: 1_920_000_000,
    families: [],
    publishedAs: 'Comfy-Org/SDPose',
  },
  {
    folder: 'geometry_estimation',
    name: 'depth_anything_3_mono_large.safetensors',
    precision: 'fp32',
    bytes: 1_336_748_056,
    families: [],
    publishedAs: 'Comfy-Org/Depth-Anything-3',
  },
];
