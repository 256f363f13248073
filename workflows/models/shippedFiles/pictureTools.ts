import type { ShippedFile } from './shippedFile.ts';

/** Small models that work on finished pictures and films, of no family of their own. */
export const pictureToolFiles: readonly ShippedFile[] = [
  {
    folder: 'background_removal',
    name: 'birefnet.safetensors',
    bytes: 444_473_596,
    families: ['other'],
    publishedAs: 'Comfy-Org/BiRefNet',
  },
  {
    folder: 'frame_interpolation',
    name: 'film_net_fp16.safetensors',
    precision: 'fp16',
    bytes: 68_882_302,
    families: ['other'],
    publishedAs: 'Comfy-Org/frame_interpolation',
  },
];
