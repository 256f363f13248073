import { extname } from 'node:path';
import type { InputMedia } from '../graph/inventory.ts';

const extensions: Readonly<Record<Exclude<InputMedia, 'any'>, readonly string[]>> = {
  image: ['.png', '.jpg', '.jpeg', '.webp', '.gif', '.bmp', '.tif', '.tiff', '.avif'],
  video: ['.mp4', '.webm', '.mov', '.mkv', '.avi'],
};

/** ComfyUI sorts input files into its lists by their extension. */
export function isMedia(name: string, media: InputMedia): boolean {
  return media === 'any' || extensions[media].includes(extname(name).toLowerCase());
}
