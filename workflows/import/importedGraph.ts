import type { Graph } from '../graph/graph.ts';
import type { Field } from './resolveLinks.ts';

export interface LeftOut {
  node: string;
  classType: string;
}

/** A field that the author shows to people. */
export interface AskedField {
  label: string | undefined;
  /** The inputs of the graph that it fills; empty for one that fills none. */
  paths: readonly string[];
}

/** What an import found in a document of any kind. */
export interface ImportedGraph {
  graph: Graph;
  title: string | undefined;
  description: string | undefined;
  /** Undefined where the document does not say what people are to choose. */
  asked: { by: 'app' | 'subgraph'; fields: readonly AskedField[] } | undefined;
  /** Limits that the author set for a number, by the input of the graph. */
  limits?: ReadonlyMap<string, { min: number | undefined; max: number | undefined }>;
  /** Inputs that one field of the document fills together. */
  groups: readonly (readonly string[])[];
  leftOut: LeftOut[];
  /** What an administrator should look at, a sentence each. */
  notes: string[];
  /** Where the document has what a pointer into the graph names. */
  placeOf(pointer: string): string;
}

const keyOf = ({ node, field, inner, nth = 0 }: Field): string =>
  JSON.stringify(inner === undefined ? [node, field] : [node, field, inner, nth]);

/** Which inputs of the graph each field fills, and the fields of enclosing subgraphs with it. */
export class ShownFields {
  readonly #paths = new Map<string, Set<string>>();
  /** The first field of each name in a node. */
  readonly #first = new Map<string, Set<string>>();

  add(fields: readonly Field[], node: string, input: string): void {
    for (const field of fields) {
      const key = keyOf(field);
      const paths = this.#paths.get(key) ?? new Set();
      paths.add(`${node}.${input}`);
      this.#paths.set(key, paths);
      const { node: of, field: name } = field;
      const first = keyOf({ node: of, field: name });
      if (!this.#first.has(first)) this.#first.set(first, paths);
    }
  }

  /** Without `inner`, the first field of that name is meant, as on ComfyUI's page. */
  find(field: Field): string[] {
    const key = keyOf(field);
    return [...(this.#paths.get(key) ?? this.#first.get(key) ?? [])];
  }

  listGroups(): string[][] {
    return [...this.#paths.values()].flatMap((paths) => (paths.size > 1 ? [[...paths]] : []));
  }
}
