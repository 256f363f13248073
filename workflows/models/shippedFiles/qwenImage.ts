import type { ShippedFile } from './shippedFile.ts';

/** Sizes as published; `qwen_image_vae` also serves Krea 2. */
export const qwenImageFiles: readonly ShippedFile[] = [
  {
    folder: 'diffusion_models',
    name: 'qwen_image_2.1_int8_convrot.safetensors',
    precision: 'int8',
    bytes: 7_256_783_064,
    alternatives: [{ name: 'qwen_image_2.1_bf16.safetensors', precision: 'bf16', bytes: 14_230_280_616 }],
    families: ['qwen-image'],
    publishedAs: 'Comfy-Org/Qwen-Image-2.1',
  },
  {
    folder: 'text_encoders',
    name: 'qwen3vl_8b_int8_convrot.safetensors',
    precision: 'int8',
    bytes: 9_350_798_360,
    alternatives: [
      { name: 'qwen3vl_8b_bf16.safetensors', precision: 'bf16', bytes: 17_534_334_616 },
      { name: 'qwen3vl_8b_w4a8.safetensors', precision: 'mixed', bytes: 6_312_105_364 },
    ],
    families: ['qwen-image'],
    publishedAs: 'Comfy-Org/Qwen-Image-2.1',
  },
  {
    folder: 'vae',
    name: 'qwen_image_2.1_vae_bf16.safetensors',
    precision: 'bf16',
    bytes: 675_509_688,
    families: ['qwen-image'],
    publishedAs: 'Comfy-Org/Qwen-Image-2.1',
  },
  {
    folder: 'diffusion_models',
    name: 'qwen_image_edit_2511_fp8mixed.safetensors',
    precision: 'fp8',
    bytes: 20_533_762_817,
    alternatives: [
      { name: 'qwen_image_edit_2511_int8_convrot.safetensors', precision: 'int8', bytes: 20_499_083_824 },
      { name: 'qwen_image_edit_2511_bf16.safetensors', precision: 'bf16', bytes: 40_861_000_000 },
    ],
    families: ['qwen-image'],
    publishedAs: 'Comfy-Org/Qwen-Image-Edit_ComfyUI',
  },
  {
    folder: 'loras',
    name: 'Qwen-Image-Edit-2511-Lightning-4steps-V1.0-bf16.safetensors',
    precision: 'bf16',
    bytes: 850_000_000,
    families: ['qwen-image'],
    publishedAs: 'lightx2v/Qwen-Image-Edit-2511-Lightning',
  },
  {
    folder: 'text_encoders',
    name: 'qwen_2.5_vl_7b_fp8_scaled.safetensors',
    precision: 'fp8',
    bytes: 9_384_670_680,
    alternatives: [{ name: 'qwen_2.5_vl_7b.safetensors', precision: 'bf16' }],
    families: ['qwen-image'],
    publishedAs: 'Comfy-Org/Qwen-Image_ComfyUI',
  },
  {
    folder: 'vae',
    name: 'qwen_image_vae.safetensors',
    bytes: 253_806_246,
    families: ['qwen-image', 'krea2'],
    publishedAs: 'Comfy-Org/Qwen-Image_ComfyUI',
  },
];
