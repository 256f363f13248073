/** An input in `/object_info`: its type, or the older form of a choice (the list itself), and its options. */
export type InputSpec = readonly [type: string | readonly unknown[], options?: Record<string, unknown>];

/** One node class in `/object_info`, as much of it as graphs are checked against. */
export interface NodeClassInfo {
  input: {
    required?: Record<string, unknown>;
    optional?: Record<string, unknown>;
  };
  output: readonly unknown[];
  output_node?: boolean;
}

/** ComfyUI's answer to `GET /object_info`. */
export type ObjectInfo = Readonly<Record<string, NodeClassInfo>>;

/** What an input takes, with both forms of a choice read alike. */
export interface ParsedInput {
  /** `INT`, `IMAGE`, …; `COMBO` for a choice; `*` if the server names no type that we can read. */
  type: string;
  isRequired: boolean;
  /** Values of a choice; undefined for other types and for uploaded files, whose list is outdated at once. */
  choices: readonly unknown[] | undefined;
  min: number | undefined;
  max: number | undefined;
}

function parseInput(spec: unknown, isRequired: boolean): ParsedInput {
  const [type, second]: readonly unknown[] = Array.isArray(spec) ? spec : [];
  const options: Record<string, unknown> =
    typeof second === 'object' && second !== null ? Object.fromEntries(Object.entries(second)) : {};
  const list = Array.isArray(type) ? type : type === 'COMBO' ? options.options : undefined;
  const isUpload = Object.keys(options).some((option) => option.endsWith('_upload'));
  return {
    type: Array.isArray(type) ? 'COMBO' : typeof type === 'string' ? type : '*',
    isRequired,
    choices: Array.isArray(list) && !isUpload ? list : undefined,
    min: typeof options.min === 'number' ? options.min : undefined,
    max: typeof options.max === 'number' ? options.max : undefined,
  };
}

/** The inputs of a node class by name. */
export function parseInputs(info: NodeClassInfo): Map<string, ParsedInput> {
  const inputs = new Map<string, ParsedInput>();
  for (const [name, spec] of Object.entries(info.input.optional ?? {})) {
    inputs.set(name, parseInput(spec, false));
  }
  for (const [name, spec] of Object.entries(info.input.required ?? {})) {
    inputs.set(name, parseInput(spec, true));
  }
  return inputs;
}

/** The class, unless the name is one of JavaScript's own properties. */
export function findClass(objectInfo: ObjectInfo, name: string): NodeClassInfo | undefined {
  return Object.hasOwn(objectInfo, name) ? objectInfo[name] : undefined;
}
