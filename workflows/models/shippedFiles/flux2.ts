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
    folder: 'vae',
    name: 'flux2-vae.safetensors',
    bytes: 336_213_556,
    families: ['flux2'],
    publishedAs: 'Comfy-Org/flux2-dev',
  },
];
