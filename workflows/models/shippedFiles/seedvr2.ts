import type { ShippedFile } from './shippedFile.ts';

/** SeedVR2's model of 3 billion parameters, for pictures and films. */
export const seedvr2Files: readonly ShippedFile[] = [
  {
    folder: 'diffusion_models',
    name: 'seedvr2_3b_int8_convrot.safetensors',
    precision: 'int8',
    bytes: 3_458_259_704,
    alternatives: [
      { name: 'seedvr2_3b_fp16.safetensors', precision: 'fp16' },
      { name: 'seedvr2_3b_fp8_e4m3fn.safetensors', precision: 'fp8' },
      { name: 'seedvr2_3b_mxfp8.safetensors', precision: 'mxfp8' },
      { name: 'seedvr2_3b_nvfp4.safetensors', precision: 'nvfp4' },
    ],
    families: ['seedvr2'],
    publishedAs: 'Comfy-Org/SeedVR2',
  },
  {
    folder: 'vae',
    name: 'seedvr2_ema_vae_fp16.safetensors',
    precision: 'fp16',
    bytes: 501_324_814,
    families: ['seedvr2'],
    publishedAs: 'Comfy-Org/SeedVR2',
  },
];
