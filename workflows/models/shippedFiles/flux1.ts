import type { ShippedFile } from './shippedFile.ts';

/** Sizes as published. The VAE is shared with Z-Image and stands there. */
export const flux1Files: readonly ShippedFile[] = [
  {
    folder: 'diffusion_models',
    name: 'flux1-dev.safetensors',
    precision: 'bf16',
    bytes: 23_802_932_552,
    families: ['flux'],
    publishedAs: 'black-forest-labs/FLUX.1-dev',
  },
  {
    folder: 'text_encoders',
    name: 'clip_l.safetensors',
    precision: 'fp16',
    bytes: 246_144_152,
    families: ['flux'],
    publishedAs: 'comfyanonymous/flux_text_encoders',
  },
  {
    folder: 'text_encoders',
    name: 't5xxl_fp16.safetensors',
    precision: 'fp16',
    bytes: 9_787_841_024,
    alternatives: [
      { name: 't5xxl_fp8_e4m3fn_scaled.safetensors', precision: 'fp8', bytes: 5_157_348_688 },
      { name: 't5xxl_fp8_e4m3fn.safetensors', precision: 'fp8', bytes: 4_893_934_904 },
    ],
    families: ['flux'],
    publishedAs: 'comfyanonymous/flux_text_encoders',
  },
];
