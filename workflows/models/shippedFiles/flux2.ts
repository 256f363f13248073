import type { ShippedFile } from './shippedFile.ts';

/** Sizes as published, some to the next 10 MB. Klein 4B shares its text encoder with Z-Image. */
export const flux2Files: readonly ShippedFile[] = [
  {
    folder: 'diffusion_models',
    name: 'flux-2-klein-4b-fp8.safetensors',
    precision: 'fp8',
    bytes: 4_070_000_000,
    alternatives: [{ name: 'flux-2-klein-4b.safetensors', precision: 'bf16', bytes: 7_750_000_000 }],
    families: ['flux2'],
    publishedAs: 'black-forest-labs/FLUX.2-klein-4b-fp8',
  },
  {
    folder: 'diffusion_models',
    name: 'flux-2-klein-9b-fp8.safetensors',
    precision: 'fp8',
    bytes: 8_910_000_000,
    alternatives: [{ name: 'flux-2-klein-9b.safetensors', precision: 'bf16' }],
    families: ['flux2'],
    publishedAs: 'black-forest-labs/FLUX.2-klein-9b-fp8',
  },
  {
    folder: 'text_encoders',
    name: 'qwen_3_8b_fp8mixed.safetensors',
    precision: 'mixed',
    bytes: 8_070_000_000,
    alternatives: [{ name: 'qwen_3_8b.safetensors', precision: 'bf16' }],
    families: ['flux2'],
    publishedAs: 'Comfy-Org/flux2-klein-9B',
  },
  {
    folder: 'diffusion_models',
    name: 'flux2_dev_fp8mixed.safetensors',
    precision: 'fp8',
    bytes: 35_460_000_000,
    families: ['flux2'],
    publishedAs: 'Comfy-Org/flux2-dev',
  },
  {
    folder: 'loras',
    name: 'Flux_2-Turbo-LoRA_comfyui.safetensors',
    precision: 'bf16',
    bytes: 2_760_000_000,
    families: ['flux2'],
    publishedAs: 'ByteZSzn/Flux.2-Turbo-ComfyUI',
  },
  {
    folder: 'text_encoders',
    name: 'mistral_3_small_flux2_fp8.safetensors',
    precision: 'fp8',
    bytes: 18_034_640_095,
    alternatives: [{ name: 'mistral_3_small_flux2_bf16.safetensors', precision: 'bf16' }],
    families: ['flux2'],
    publishedAs: 'Comfy-Org/flux2-dev',
  },
  {
    folder: 'vae',
    name: 'flux2-vae.safetensors',
    bytes: 336_213_556,
    families: ['flux2'],
    publishedAs: 'Comfy-Org/flux2-dev',
  },
];
