import { nodePackOf, releaseOf } from './nodeOrigins.ts';
import { findShippedFile } from './shippedFiles/findShippedFile.ts';

/** A model file that a server lacks. */
interface LackedModel {
  folder: string;
  name: string;
  /** The files of that name, where there are several. */
  twins?: readonly string[];
}

/** `the model file vae/ae.safetensors (335 MB)`: the folder that it goes into and its size, or why it was not taken. */
export function describeModel({ folder, name, twins = [] }: LackedModel): string {
  const path = `${folder}/${name}`;
  if (twins.length > 0)
    return `one model file ${path} instead of ${twins.length} (${twins.join(', ')}: keep one, or name one in the model settings)`;
  const bytes = findShippedFile(folder, name)?.bytes;
  return `the model file ${path}${bytes === undefined ? '' : ` (${describeBytes(bytes)})`}`;
}

/** As disks and download pages count them. */
export const describeBytes = (bytes: number): string =>
  bytes < 999_500_000 ? `${(bytes / 1e6).toFixed()} MB` : `${(bytes / 1e9).toFixed(1)} GB`;

/** `the node class SeedVR2Conditioning (ComfyUI 0.33.0 has it)`: what to install for it, where that is known. */
export function describeClass(name: string): string {
  const pack = nodePackOf(name);
  if (pack !== undefined) return `the node class ${name} (of the node pack ${pack})`;
  const release = releaseOf(name);
  return `the node class ${name}${release === undefined ? '' : ` (ComfyUI ${release} has it)`}`;
}
