import type { ShippedFile } from './shippedFile.ts';

const families = ['ltx'] as const;

export const ltxFiles: readonly ShippedFile[] = [
  {
    folder: 'checkpoints',
    name: 'ltx-2.3-22b-dev-fp8.safetensors',
    precision: 'fp8',
    bytes: 29_145_431_166,
    alternatives: [{ name: 'ltx-2.3-22b-dev.safetensors', precision: 'bf16' }],
    families,
    publishedAs: 'Lightricks/LTX-2.3-fp8',
  },
  {
    folder: 'loras',
    name: 'ltx-2.3-22b-distilled-lora-384.safetensors',
    families,
    publishedAs: 'Lightricks/LTX-2.3',
  },
  {
    folder: 'text_encoders',
    name: 'gemma_3_12B_it_fp4_mixed.safetensors',
    precision: 'mixed',
    bytes: 9_447_702_218,
    alternatives: [{ name: 'gemma_3_12B_it_fp8_scaled.safetensors', precision: 'fp8' }],
    families,
    publishedAs: 'Comfy-Org/ltx-2',
  },
  {
    folder: 'diffusion_models',
    name: 'ltx-2.5-22b-distilled-transformer-comfy-int8-convrot.safetensors',
    precision: 'int8',
    bytes: 21_504_034_224,
    families,
    publishedAs: 'Lightricks/LTX-2.5',
    hasFolders: true,
  },
  {
    folder: 'text_encoders',
    name: 'gemma4-12b-with-proj-ltx-2.5-comfy-int8-convrot.safetensors',
    precision: 'int8',
    bytes: 15_372_971_786,
    families,
    publishedAs: 'Lightricks/LTX-2.5',
    hasFolders: true,
  },
  {
    folder: 'vae',
    name: 'ltx-2.5-video-vae-bf16.safetensors',
    precision: 'bf16',
    families,
    publishedAs: 'Lightricks/LTX-2.5',
    hasFolders: true,
  },
  {
    folder: 'vae',
    name: 'ltx-2.5-audio-vae-bf16.safetensors',
    precision: 'bf16',
    families,
    publishedAs: 'Lightricks/LTX-2.5',
    hasFolders: true,
  },
  {
    folder: 'latent_upscale_models',
    name: 'ltx-2.5-latent-spatial-upscaler-x2-bf16-1.0.safetensors',
    precision: 'bf16',
    families,
    publishedAs: 'Lightricks/LTX-2.5',
    hasFolders: true,
  },
  {
    folder: 'latent_upscale_models',
    name: 'ltx-2.3-spatial-upscaler-x2-1.1.safetensors',
    bytes: 995_743_560,
    families,
    publishedAs: 'Lightricks/LTX-2.3',
  },
];
