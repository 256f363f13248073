import { createNameList } from '@star-graph/workflows/shared/samplerNames';
import { nameOfFile } from './choices.ts';

/** Networks by the names that these programs have built in, and by their files without the ending. */
const names = createNameList([
  ['R-ESRGAN 4x+', 'RealESRGAN_x4plus'],
  ['R-ESRGAN 4x+ Anime6B', 'RealESRGAN_x4plus_anime_6B'],
  ['R-ESRGAN 2x+', 'RealESRGAN_x2plus'],
  ['R-ESRGAN General 4xV3', 'realesr-general-x4v3'],
  ['R-ESRGAN AnimeVideo', 'realesr-animevideov3'],
  ['SwinIR 4x', 'SwinIR_4x'],
]);

export const upscalerNameOf = (file: string): string => names.toTheirs(nameOfFile(file));

/** The file behind a name: theirs, or that of the file with or without its ending. */
export function findUpscalerFile(files: readonly string[], name: string): string | undefined {
  const wanted = names.toOurs(name).toLowerCase();
  return files.find((file) => [file, nameOfFile(file)].some((one) => one.toLowerCase() === wanted));
}

/** What is no network leaves the choice to the workflow. */
export const isOpenUpscaler = (name: string): boolean =>
  ['', 'none', 'lanczos', 'nearest', 'latent'].includes(name.toLowerCase());
