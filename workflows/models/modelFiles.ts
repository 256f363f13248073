import type { Graph } from '../graph/graph.ts';
import { findModelFolder } from './loaders.ts';

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

/** Servers on Windows list sub-folders with backslashes. */
export const baseName = (name: string): string =>
  name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);

/**
 * The name under which a server offers a model file: the same, the operator's, or one in a sub-folder if only one
 * file has the name. Undefined when the server does not offer it.
 */
export function findFile(
  offered: readonly string[],
  folder: string,
  name: string,
  fileNames: FileNames | undefined,
): string | undefined {
  const mapped =
    fileNames && Object.hasOwn(fileNames, `${folder}/${name}`) ? fileNames[`${folder}/${name}`] : undefined;
  if (mapped !== undefined && offered.includes(mapped)) return mapped;
  if (offered.includes(name)) return name;
  const wanted = baseName(name).toLowerCase();
  const found = offered.filter((other) => baseName(other).toLowerCase() === wanted);
  return found.length === 1 ? found[0] : undefined;
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
