import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';

export const folderTypes = ['input', 'output', 'temp'] as const;
export type FolderType = (typeof folderTypes)[number];

/** Where files live: `<data>/{input,output,temp}`, and scratch files that no client ever sees. */
export interface DataFolders {
  directory(type: FolderType): string;
  scratch: string;
  /**
   * Path of a file below a folder; null when it would leave the folder. Mirrors ComfyUI's checks: a leading
   * slash or `..` in the name is refused before.
   */
  resolve(type: FolderType, subfolder: string, name: string): string | null;
  /** Path of a name as loaders take it: `sub/name.png`, `name.png [temp]`. Null when there is no such file. */
  findAnnotated(annotated: string): string | null;
  /** Names directly in the input folder, sorted. */
  listInput(): string[];
}

const annotation = / \[(input|output|temp)\]$/;

/** Creates the folders; temp and scratch are wiped, as ComfyUI wipes temp at each start. */
export function createDataFolders(dataDirectory: string): DataFolders {
  const root = resolve(dataDirectory);
  const directory = (type: FolderType): string => join(root, type);
  const scratch = join(root, 'scratch');
  rmSync(directory('temp'), { recursive: true, force: true });
  rmSync(scratch, { recursive: true, force: true });
  for (const path of [...folderTypes.map(directory), scratch]) mkdirSync(path, { recursive: true });

  const resolveIn = (type: FolderType, subfolder: string, name: string): string | null => {
    if (name.includes('\0') || subfolder.includes('\0')) return null;
    const path = resolve(directory(type), subfolder, name);
    const below = relative(directory(type), path);
    return below === '' || below === '..' || below.startsWith(`..${sep}`) ? null : path;
  };

  return {
    directory,
    scratch,
    resolve: resolveIn,
    findAnnotated(annotated) {
      const type = (annotation.exec(annotated)?.[1] ?? 'input') as FolderType;
      const path = resolveIn(type, '', annotated.replace(annotation, ''));
      return path !== null && isFile(path) ? path : null;
    },
    listInput: () =>
      readdirSync(directory('input'), { withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => entry.name)
        .sort(),
  };
}

export function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
