import type { Graph } from '../graph/graph.ts';
import { baseName } from './baseName.ts';
import { findModelFolder } from './loaders.ts';
import { namesOf } from './shippedFiles/findShippedFile.ts';

/** The operator's names of files that workflows know under another name: `folder/name` to the name on the server. */
export type FileNames = Readonly<Record<string, string>>;

interface Classes {
  readonly classes: Readonly<
    Record<
      string,
      { readonly inputs: Readonly<Record<string, { readonly choices?: readonly unknown[] | undefined }>> }
    >
  >;
  readonly fileNames?: FileNames | undefined;
}

/**
 * The name under which a server offers a model file: the operator's, the same, or one in a sub-folder if only one file
 * has the name; else the first of the same weights in another precision, found in the same way. Undefined when the
 * server does not offer it.
 */
export function findFile(
  offered: readonly string[],
  folder: string,
  name: string,
  fileNames: FileNames | undefined,
): string | undefined {
  for (const one of namesOf(folder, name)) {
    const mapped =
      fileNames && Object.hasOwn(fileNames, `${folder}/${one}`) ? fileNames[`${folder}/${one}`] : undefined;
    if (mapped !== undefined && offered.includes(mapped)) return mapped;
    if (offered.includes(one)) return one;
    const [found, ...others] = sameNames(offered, one);
    if (found !== undefined && others.length === 0) return found;
  }
  return undefined;
}

/** Where several files of that name are, of which none can be preferred; empty if it is found, or nowhere. */
export function findTwins(offered: readonly string[], folder: string, name: string): string[] {
  for (const one of namesOf(folder, name)) {
    const found = sameNames(offered, one);
    if (found.length > 1) return found;
  }
  return [];
}

function sameNames(offered: readonly string[], name: string): string[] {
  const wanted = baseName(name).toLowerCase();
  return [...new Set(offered)].filter((other) => baseName(other).toLowerCase() === wanted);
}

/**
 * The graph with model files named as this server lists them. A file that it does not offer keeps its name, and is
 * reported as missing.
 */
export function locateFiles(graph: Graph, { classes, fileNames }: Classes): Graph {
  return Object.fromEntries(
    Object.entries(graph).map(([id, node]) => {
      const info = Object.hasOwn(classes, node.class_type) ? classes[node.class_type] : undefined;
      if (!info) return [id, node];
      const located = Object.entries(node.inputs).flatMap(([input, value]) => {
        const folder = findModelFolder(node.class_type, input);
        const choices = Object.hasOwn(info.inputs, input) ? info.inputs[input]?.choices : undefined;
        if (folder === undefined || typeof value !== 'string' || !choices) return [];
        const offered = choices.filter((choice) => typeof choice === 'string');
        const name = findFile(offered, folder, value, fileNames);
        return name === undefined || name === value ? [] : [[input, name] as const];
      });
      if (located.length === 0) return [id, node];
      return [id, { ...node, inputs: { ...node.inputs, ...Object.fromEntries(located) } }];
    }),
  );
}
