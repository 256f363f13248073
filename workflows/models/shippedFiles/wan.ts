import type { ShippedFile } from './shippedFile.ts';

const publishedAs = 'Comfy-Org/Wan_2.2_ComfyUI_Repackaged';

const noiseLevels = ['high', 'low'] as const;

/** Wan 2.2 14B: one model for each noise level, and a LoRA for each that makes four steps enough. */
const ofTask = (task: 'i2v' | 't2v', lora: string, bytes: number): ShippedFile[] =>
  noiseLevels.flatMap((level): ShippedFile[] => [
    {
      folder: 'diffusion_models',
      name: `wan2.2_${task}_${level}_noise_14B_fp8_scaled.safetensors`,
      precision: 'fp8',
      bytes,
      alternatives: [{ name: `wan2.2_${task}_${level}_noise_14B_fp16.safetensors`, precision: 'fp16' }],
      families: ['wan'],
      publishedAs,
    },
    {
      folder: 'loras',
      name: `wan2.2_${task}_lightx2v_4steps_lora_${lora}_${level}_noise.safetensors`,
      bytes: 1_226_977_424,
      families: ['wan'],
      publishedAs,
    },
  ]);

export const wanFiles: readonly ShippedFile[] = [
  ...ofTask('i2v', 'v1', 14_294_742_832),
  ...ofTask('t2v', 'v1.1', 14_293_923_632),
  {
    folder: 'diffusion_models',
    name: 'wan_animate_2_int8_convrot.safetensors',
    precision: 'int8',
    bytes: 16_700_000_000,
    alternatives: [{ name: 'wan_animate_2_bf16.safetensors', precision: 'bf16' }],
    families: ['wan'],
    publishedAs: 'Comfy-Org/Wan-Animate-2',
    hasFolders: true,
  },
  {
    folder: 'loras',
    name: 'lightx2v_I2V_14B_480p_cfg_step_distill_rank64_bf16.safetensors',
    precision: 'bf16',
    bytes: 738_005_744,
    families: ['wan'],
    publishedAs: 'Comfy-Org/Wan-Animate-2',
    hasFolders: true,
  },
  {
    folder: 'clip_vision',
    name: 'clip_vision_h.safetensors',
    bytes: 1_264_219_396,
    families: ['wan'],
    publishedAs: 'Comfy-Org/Wan-Animate-2',
    hasFolders: true,
  },
  {
    folder: 'text_encoders',
    name: 'umt5_xxl_fp8_e4m3fn_scaled.safetensors',
    precision: 'fp8',
    bytes: 6_735_906_897,
    alternatives: [{ name: 'umt5_xxl_fp16.safetensors', precision: 'fp16', bytes: 11_366_399_385 }],
    families: ['wan'],
    publishedAs: 'Comfy-Org/Wan_2.1_ComfyUI_repackaged',
  },
  {
    folder: 'vae',
    name: 'wan_2.1_vae.safetensors',
    bytes: 253_815_318,
    families: ['wan'],
    publishedAs,
  },
];
