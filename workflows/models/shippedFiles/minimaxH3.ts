import type { ShippedFile } from './shippedFile.ts';

const shared = { families: ['minimax-h3'], publishedAs: 'Comfy-Org/MiniMax-H3' } as const;

export const minimaxH3Files: readonly ShippedFile[] = [
  {
    folder: 'diffusion_models',
    name: 'minimax_h3_fl2va_pruned_int8_convrot.safetensors',
    precision: 'int8',
    bytes: 20_970_379_616,
    alternatives: [
      { name: 'minimax_h3_fl2va_pruned_fp8_scaled.safetensors', precision: 'fp8' },
      { name: 'minimax_h3_fl2va_pruned_bf16.safetensors', precision: 'bf16' },
    ],
    ...shared,
  },
  {
    folder: 'diffusion_models',
    name: 'minimax_h3_ref2va_pruned_int8_convrot.safetensors',
    precision: 'int8',
    ...shared,
  },
  {
    folder: 'text_encoders',
    name: 'qwen3vl_32b_minimax_h3_int8_convrot.safetensors',
    precision: 'int8',
    bytes: 27_141_342_152,
    alternatives: [
      {
        name: 'qwen3vl_32b_minimax_h3_nvfp4_awq.safetensors',
        precision: 'nvfp4',
        bytes: 15_687_142_551,
      },
    ],
    ...shared,
  },
  {
    folder: 'vae',
    name: 'minimax_h3_video_vae_fp16.safetensors',
    precision: 'fp16',
    bytes: 5_207_808_496,
    alternatives: [{ name: 'minimax_h3_video_vae_int8_convrot.safetensors', precision: 'int8' }],
    ...shared,
  },
  {
    folder: 'vae',
    name: 'minimax_h3_audio_vae_fp32.safetensors',
    precision: 'fp32',
    bytes: 605_254_808,
    ...shared,
  },
];
