import { flux2Files } from './flux2.ts';
import type { ShippedFile } from './shippedFile.ts';
import { zImageFiles } from './zImage.ts';

/**
 * Every model file that a shipped workflow loads. A file of its own for each family, so that a family is added in one
 * place.
 */
export const shippedFiles: readonly ShippedFile[] = [...zImageFiles, ...flux2Files];
