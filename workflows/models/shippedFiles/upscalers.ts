import type { ShippedFile } from './shippedFile.ts';

/** They enlarge the pictures of every family, so they belong to none. */
export const upscalerFiles: readonly ShippedFile[] = [
  {
    folder: 'upscale_models',
    name: 'RealESRGAN_x2plus.pth',
    bytes: 67_061_725,
    families: [],
    publishedAs: 'xinntao/Real-ESRGAN',
  },
  {
    folder: 'upscale_models',
    name: 'RealESRGAN_x4plus.pth',
    bytes: 67_040_989,
    families: [],
    publishedAs: 'xinntao/Real-ESRGAN',
  },
];
