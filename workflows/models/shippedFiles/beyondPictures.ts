import type { ShippedFile } from './shippedFile.ts';

/** What makes music and 3D models. */
export const beyondPictureFiles: readonly ShippedFile[] = [
  {
    folder: 'checkpoints',
    name: 'ace_step_v1_3.5b.safetensors',
    families: ['other'],
    publishedAs: 'Comfy-Org/ACE-Step_ComfyUI_repackaged',
  },
  {
    folder: 'checkpoints',
    name: 'hunyuan_3d_v2.1.safetensors',
    families: ['other'],
    publishedAs: 'Comfy-Org/hunyuan3D_2.1_repackaged',
  },
];
