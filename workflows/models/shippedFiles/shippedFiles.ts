import { beyondPictureFiles } from './beyondPictures.ts';
import { flux1Files } from './flux1.ts';
import { flux2Files } from './flux2.ts';
import { krea2Files } from './krea2.ts';
import { ltxFiles } from './ltx.ts';
import { minimaxH3Files } from './minimaxH3.ts';
import { pictureToolFiles } from './pictureTools.ts';
import { qwenImageFiles } from './qwenImage.ts';
import { seedvr2Files } from './seedvr2.ts';
import type { ShippedFile } from './shippedFile.ts';
import { stableDiffusionFiles } from './stableDiffusion.ts';
import { upscalerFiles } from './upscalers.ts';
import { wanFiles } from './wan.ts';
import { zImageFiles } from './zImage.ts';

/**
 * Every model file that a shipped workflow loads. A file of its own for each family, so that a family is added in one
 * place.
 */
export const shippedFiles: readonly ShippedFile[] = [
  // One family a line.
  ...beyondPictureFiles,
  ...flux1Files,
  ...flux2Files,
  ...krea2Files,
  ...ltxFiles,
  ...minimaxH3Files,
  ...pictureToolFiles,
  ...qwenImageFiles,
  ...seedvr2Files,
  ...stableDiffusionFiles,
  ...upscalerFiles,
  ...wanFiles,
  ...zImageFiles,
];
