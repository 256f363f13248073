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
];
