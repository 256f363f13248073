import { baseName } from '../baseName.ts';
import type { ShippedFile } from './shippedFile.ts';
import { shippedFiles } from './shippedFiles.ts';

/** A published file, by its own name or by that of an alternative. */
interface FoundFile {
  file: ShippedFile;
  /** Of the file with that name; undefined where it was not established. */
  bytes: number | undefined;
  /** The name is that of another precision. */
  isAlternative: boolean;
}

const keyOf = (folder: string, name: string): string => `${folder}/${baseName(name).toLowerCase()}`;

const byName = new Map<string, FoundFile>();
for (const file of shippedFiles) {
  const { folder, name, bytes, alternatives = [] } = file;
  byName.set(keyOf(folder, name), { file, bytes, isAlternative: false });
  for (const other of alternatives)
    byName.set(keyOf(folder, other.name), { file, bytes: other.bytes, isAlternative: true });
}

/** Undefined for files that no shipped workflow loads. Sub-folders and capitals do not matter. */
export const findShippedFile = (folder: string, name: string): FoundFile | undefined =>
  byName.get(keyOf(folder, name));

/**
 * The names that hold the same weights, the first choice first. Only for the usual name: whoever asks for a certain
 * precision gets that one or none.
 */
export function namesOf(folder: string, name: string): readonly string[] {
  const found = findShippedFile(folder, name);
  if (!found || found.isAlternative) return [name];
  return [name, ...(found.file.alternatives ?? []).map((other) => other.name)];
}

/**
 * An address to ask an administrator about: nobody has looked whether the file is there. The repositories of ComfyUI's
 * makers keep files in folders, others at their root.
 */
export function proposeUrl(
  { folder, publishedAs, hasFolders }: ShippedFile,
  name: string,
): { proposedUrl?: string } {
  // Upscalers are published elsewhere.
  if (publishedAs === undefined || folder === 'upscale_models') return {};
  const parts = publishedAs.startsWith('Comfy-Org/') ? ['split_files', folder, name] : [name];
  const path = hasFolders ? [folder, name] : parts;
  return { proposedUrl: `https://huggingface.co/${[publishedAs, 'resolve/main', ...path].join('/')}` };
}
