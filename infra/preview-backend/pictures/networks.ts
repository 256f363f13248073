/** A network that stands for upscale models, with its weights in an installed package. */
export interface Network {
  package: string;
  /** Folder of its topology and weights in the package. */
  directory: string;
  /** The factor by which one pass enlarges. */
  factor: 2 | 4;
  /** What stands for a full channel, in and out. */
  white: 1 | 255;
}

/** All of UpscalerJS (MIT). What each restores of a photograph is measured in infra/docs/preview-backend.md. */
export const networks = {
  rdn: { package: '@upscalerjs/esrgan-legacy', directory: 'models/psnr-small', factor: 2, white: 1 },
  'slim-2x': { package: '@upscalerjs/esrgan-slim', directory: 'models/x2', factor: 2, white: 255 },
  'slim-4x': { package: '@upscalerjs/esrgan-slim', directory: 'models/x4', factor: 4, white: 255 },
  'medium-2x': { package: '@upscalerjs/esrgan-medium', directory: 'models/x2', factor: 2, white: 255 },
  'medium-4x': { package: '@upscalerjs/esrgan-medium', directory: 'models/x4', factor: 4, white: 255 },
} as const satisfies Record<string, Network>;

export type NetworkName = keyof typeof networks;

export const networkNames = Object.keys(networks) as [NetworkName, ...NetworkName[]];

export interface UpscaleModel {
  network: NetworkName;
  /** The network's own factor, or four times by two passes of one that doubles. */
  scale: 2 | 4;
}
