/** An input in `/object_info`: its type, or the older form of a choice (the list itself), and its options. */
export type InputSpec = readonly [type: string | readonly unknown[], options?: Record<string, unknown>];

/** One node class in `/object_info`, as much of it as graphs are checked against. */
export interface NodeClassInfo {
  input: {
    required?: Record<string, unknown>;
    optional?: Record<string, unknown>;
  };
  /** The order of the class's definition; older servers list `input` in it. */
  input_order?: { required?: readonly string[]; optional?: readonly string[] };
  output: readonly unknown[];
  output_node?: boolean;
  /** Where its code is: ComfyUI's own, or a node pack's. */
  python_module?: string;
  /** Read by us: servers answer with names of their own. */
  words?: NodeClassWords;
}

/** What ComfyUI's page says of a class. */
export interface NodeClassWords {
  title?: string;
  category?: string;
  description?: string;
  outputNames?: readonly string[];
  /** By input. */
  tooltips?: Readonly<Record<string, string>>;
}

/** ComfyUI's answer to `GET /object_info`. */
export type ObjectInfo = Readonly<Record<string, NodeClassInfo>>;

/** What an input takes, with all forms of a choice read alike. */
export interface ParsedInput {
  /**
   * `INT`, `IMAGE`, …; several types with commas between; `COMBO` for a choice; `*` if the server names no type that
   * we can read. Types of ComfyUI's newer schema that we do not know keep their name, which starts with `COMFY_`.
   */
  type: string;
  isRequired: boolean;
  /** Values of a choice; absent for other types and for uploaded files, whose list is outdated at once. */
  choices?: readonly Choice[];
  /** Of a number. */
  min?: number;
  max?: number;
  step?: number;
  /** What ComfyUI's page puts into a new field. */
  default?: Choice | Options;
  /** ComfyUI's page shows a socket and no field for it, whatever its type. */
  isSocketOnly?: true;
  /** ComfyUI's page shows a second field behind it that says how it changes after a run. */
  hasControl?: true;
  /** Inputs that belong to one value of this choice: in a graph their names are `<this input>.<name>`. */
  optionInputs?: Readonly<Record<string, ParsedInputs>>;
  /** Inputs of one kind that a graph may have several of, as `<this input>.<name>`; the input itself takes nothing. */
  grows?: Growth;
}

type Choice = string | number | boolean;

export type ParsedInputs = Readonly<Record<string, ParsedInput>>;

interface Growth {
  names: readonly string[];
  /** Of each of them; the first `min` are required if it is. */
  input: ParsedInput;
  min: number;
}

type Options = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Options =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const toRecord = (value: unknown): Options =>
  isRecord(value) ? Object.fromEntries(Object.entries(value)) : {};

function parseInput(spec: unknown, isRequired: boolean, depth: number): ParsedInput {
  const [type, second]: readonly unknown[] = Array.isArray(spec) ? spec : [];
  const options = toRecord(second);
  if (Array.isArray(type)) return toChoice(type, isRequired, options);
  switch (type) {
    case 'COMBO':
      return toChoice(options.options, isRequired, options);
    case 'COMFY_DYNAMICCOMBO_V3':
      return parseDynamicChoice(options, isRequired, depth);
    case 'COMFY_AUTOGROW_V3':
      return { type, isRequired, ...parseGrowth(options, depth) };
    case 'COMFY_MATCHTYPE_V3': {
      const { allowed_types: allowed } = toRecord(options.template);
      return { type: typeof allowed === 'string' ? allowed : '*', isRequired };
    }
    default:
      return {
        type: typeof type === 'string' ? type : '*',
        isRequired,
        ...readRange(options),
        ...readDisplay(options),
      };
  }
}

const readRange = ({ min, max, step }: Options): Pick<ParsedInput, 'min' | 'max' | 'step'> => ({
  ...(typeof min === 'number' && { min }),
  ...(typeof max === 'number' && { max }),
  ...(typeof step === 'number' && { step }),
});

const readDisplay = ({ forceInput, control_after_generate: control, default: value }: Options) => ({
  ...((isChoice(value) || isRecord(value)) && { default: value }),
  ...(forceInput === true && { isSocketOnly: true as const }),
  ...((control === true || typeof control === 'string') && { hasControl: true as const }),
});

const isChoice = (value: unknown): value is Choice =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

function toChoice(list: unknown, isRequired: boolean, options: Options): ParsedInput {
  const isUpload = Object.keys(options).some((option) => option.endsWith('_upload'));
  const choices = Array.isArray(list) && !isUpload && { choices: list.filter(isChoice) };
  return { type: 'COMBO', isRequired, ...choices, ...readDisplay(options) };
}

/** Deeper choices within choices than any server has: an answer from outside may nest without end. */
const deepest = 8;

function parseDynamicChoice({ options }: Options, isRequired: boolean, depth: number): ParsedInput {
  const entries = (Array.isArray(options) ? options : []).map(toRecord).flatMap(({ key, inputs }) => {
    if (typeof key !== 'string') return [];
    return [[key, depth < deepest ? readInputs(toRecord(inputs), depth + 1) : {}] as const];
  });
  return {
    type: 'COMBO',
    isRequired,
    choices: entries.map(([key]) => key),
    optionInputs: Object.fromEntries(entries),
  };
}

/** As many names as ComfyUI itself allows. */
const mostNames = 100;

function parseGrowth(options: Options, depth: number): Pick<ParsedInput, 'grows'> {
  const { input, names, prefix, min, max } = toRecord(options.template);
  const [only] = Object.values(readInputs(toRecord(input), depth + 1));
  if (!only || depth >= deepest) return {};
  const numbered = () =>
    Array.from({ length: Math.min(mostNames, Number(max ?? 0)) }, (_, index) => `${String(prefix)}${index}`);
  const given = Array.isArray(names) ? names.filter((name) => typeof name === 'string') : numbered();
  return { grows: { names: given.slice(0, mostNames), input: only, min: typeof min === 'number' ? min : 0 } };
}

function readInputs({ optional, required }: Options, depth: number): ParsedInputs {
  const read = (inputs: unknown, isRequired: boolean) =>
    Object.entries(toRecord(inputs)).flatMap(([name, spec]) =>
      Array.isArray(spec) ? [[name, parseInput(spec, isRequired, depth)] as const] : [],
    );
  return Object.fromEntries([...read(optional, false), ...read(required, true)]);
}

/** The inputs of a node class by name, as its definition lists them. */
export const parseInputs = (input: NodeClassInfo['input']): ParsedInputs => readInputs({ ...input }, 0);

/** The class, unless the name is one of JavaScript's own properties. */
export function findClass(objectInfo: ObjectInfo, name: string): NodeClassInfo | undefined {
  return Object.hasOwn(objectInfo, name) ? objectInfo[name] : undefined;
}
