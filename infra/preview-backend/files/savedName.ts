import { mkdir, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { NodeFailure } from '../nodes/node.ts';
import type { DataFolders, FolderType } from './dataFolders.ts';

/** Where a saver puts its files: `<prefix>_00001_.ext`, counting on. */
interface SavePlace {
  directory: string;
  subfolder: string;
  name: string;
  /** Number of the first file. */
  counter: number;
}

/**
 * ComfyUI's `get_save_image_path`: variables are filled in, folders are made, and the counter is one more than the
 * highest in the directory, or than the remembered one where a table is given instead of a scan. Throws NodeFailure when the prefix leads out of the folder.
 */
export async function planSave(
  folders: DataFolders,
  type: FolderType,
  prefix: string,
  size: { width: number; height: number },
  options: { now: Date; remembered: Map<string, number> | null },
): Promise<SavePlace> {
  const filled = fillVariables(prefix, size, options.now);
  const path = folders.resolve(type, '', filled);
  if (path === null) {
    throw new NodeFailure('Exception', 'Saving image outside the output folder is not allowed.');
  }
  const parent = dirname(filled);
  const place = {
    directory: dirname(path),
    subfolder: parent === '.' ? '' : parent.replace(/^\.?\//, ''),
    name: basename(filled),
  };
  const known = options.remembered?.get(path);
  if (known === undefined) await mkdir(place.directory, { recursive: true });
  const counter = (known ?? (await highestCounter(place.directory, place.name))) + 1;
  options.remembered?.set(path, counter);
  return { ...place, counter };
}

export function savedFilename(place: SavePlace, index: number, extension: string): string {
  return `${place.name}_${String(place.counter + index).padStart(5, '0')}_.${extension}`;
}

export function savedPath(place: SavePlace, filename: string): string {
  return join(place.directory, filename);
}

async function highestCounter(directory: string, name: string): Promise<number> {
  let highest = 0;
  const lead = `${name}_`;
  for (const file of await readdir(directory)) {
    if (!file.toLowerCase().startsWith(lead.toLowerCase())) continue;
    const digits = Number(file.slice(lead.length).split('_')[0]);
    if (Number.isInteger(digits) && digits > highest) highest = digits;
  }
  return highest;
}

function fillVariables(prefix: string, size: { width: number; height: number }, now: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const variables: Readonly<Record<string, string>> = {
    '%width%': String(size.width),
    '%height%': String(size.height),
    '%year%': String(now.getFullYear()),
    '%month%': two(now.getMonth() + 1),
    '%day%': two(now.getDate()),
    '%hour%': two(now.getHours()),
    '%minute%': two(now.getMinutes()),
    '%second%': two(now.getSeconds()),
  };
  return prefix.replace(/%[a-z]+%/g, (variable) => variables[variable] ?? variable);
}
