import type { ShippedFile } from './shippedFile.ts';

/** Sizes as published. The VAE is that of Qwen-Image and stands there. */
export const krea2Files: readonly ShippedFile[] = [
  {
    folder: 'diffusion_models',
    name: 'krea2_turbo_fp8_scaled.safetensors',
    precision: 'fp8',
    bytes: 13_141_730_784,
    alternatives: [
      { name: 'krea2_turbo_int8_convrot.safetensors', precision: 'int8', bytes: 13_492_686_496 },
      { name: 'krea2_turbo_mxfp8.safetensors', precision: 'mxfp8', bytes: 13_532_318_080 },
      { name: 'krea2_turbo_bf16.safetensors', precision: 'bf16', bytes: 26_283_332_608 },
      { name: 'krea2_turbo_nvfp4.safetensors', precision: 'nvfp4', bytes: 7_673_668_288 },
    ],
    families: ['krea2'],
    publishedAs: 'Comfy-Org/Krea-2',
  },
  {
    folder: 'text_encoders',
    name: 'qwen3vl_4b_fp8_scaled.safetensors',
    precision: 'fp8',
    bytes: 5_242_467_968,
    alternatives: [{ name: 'qwen3vl_4b_bf16.safetensors', precision: 'bf16', bytes: 8_875_719_384 }],
    families: ['krea2'],
    publishedAs: 'Comfy-Org/Krea-2',
  },
];
