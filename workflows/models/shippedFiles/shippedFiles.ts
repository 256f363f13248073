import { flux2Files } from './flux2.ts';
import { minimaxH3Files } from './minimaxH3.ts';
import { qwenImageFiles } from './qwenImage.ts';
import type { ShippedFile } from './shippedFile.ts';
import { stableDiffusionFiles } from './stableDiffusion.ts';
import { upscalerFiles } from './upscalers.ts';
import { wanFiles } from './wan.ts';
import { zImageFiles } from './zImage.ts';

/**
 * Every model file that a shipped workflow loads, each once: a file that families share stands in the first of them. A
 * file of its own for each family, so that a family is added in one place.
 */
export const shippedFiles: readonly ShippedFile[] = [
  // One family a line.
  ...flux2Files,
  ...minimaxH3Files,
  ...qwenImageFiles,
  ...stableDiffusionFiles,
  ...upscalerFiles,
  ...wanFiles,
  ...zImageFiles,
];
