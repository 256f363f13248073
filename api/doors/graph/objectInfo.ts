import { fileInputOf, fileKindOf } from '@star-graph/workflows/graph/fileInputs';
import { findClass, type NodeClassInfo, type ObjectInfo } from '@star-graph/workflows/graph/objectInfo';

type Specs = Record<string, unknown>;

/**
 * What every server has, in the form that clients read: a choice is a list in the place of its type.
 * @param pool one entry for each kind of server, as far as the person may use it
 * @param preferred by `class.input`: the choice that comes first, since many programs take the first
 */
export function presentObjectInfo(
  pool: readonly ObjectInfo[],
  preferred: ReadonlyMap<string, string>,
): Record<string, object> {
  const [first, ...others] = pool;
  return Object.fromEntries(
    Object.entries(first ?? {}).flatMap(([name, info]) => {
      const same = others.flatMap((other) => findClass(other, name) ?? []);
      return same.length < others.length
        ? []
        : [[name, presentClass(name, info, { same, preferred })] as const];
    }),
  );
}

interface Around {
  same: readonly NodeClassInfo[];
  preferred: ReadonlyMap<string, string>;
}

function presentClass(name: string, info: NodeClassInfo, { same, preferred }: Around): object {
  const { title, category, description, outputNames, tooltips = {} } = info.words ?? {};
  const part = (kind: 'required' | 'optional') => {
    const others = same.map(({ input }) => input[kind] ?? {});
    return Object.fromEntries(
      Object.entries(info.input[kind] ?? {}).map(([input, spec]) => {
        const shown = withFirst(presentSpec(name, input, spec, others), preferred.get(`${name}.${input}`));
        return [input, withTooltip(shown, tooltips[input])];
      }),
    );
  };
  const [required, optional] = [part('required'), part('optional')];
  const outputs = info.output.map(String);
  return {
    input: { required, optional },
    input_order: { required: Object.keys(required), optional: Object.keys(optional) },
    output: outputs,
    output_is_list: outputs.map(() => false),
    output_name: outputNames?.length === outputs.length ? outputNames : outputs,
    name,
    display_name: title ?? name,
    description: description ?? '',
    python_module: 'nodes',
    category: category ?? '',
    output_node: info.output_node === true,
  };
}

function presentSpec(classType: string, input: string, spec: unknown, others: readonly Specs[]): unknown {
  if (fileInputOf(classType) === input) return [[], { [`${fileKindOf(classType)}_upload`]: true }];
  const choices = choicesOf(spec);
  if (!choices) return spec;
  const lists = others.map((specs) => choicesOf(specs[input]) ?? []);
  return [choices.filter((choice) => lists.every((list) => list.includes(choice)))];
}

/** A list that has the choice, with it in front. */
function withFirst(spec: unknown, first: string | undefined): unknown {
  const [choices, ...rest]: readonly unknown[] = Array.isArray(spec) ? spec : [];
  if (first === undefined || !Array.isArray(choices) || !choices.includes(first)) return spec;
  return [[first, ...choices.filter((choice) => choice !== first)], ...rest];
}

/** As ComfyUI has it, among the options behind the type. */
function withTooltip(spec: unknown, tooltip: string | undefined): unknown {
  if (tooltip === undefined || !Array.isArray(spec)) return spec;
  const [type, options]: readonly unknown[] = spec;
  return [type, { ...(typeof options === 'object' ? options : {}), tooltip }];
}

function choicesOf(spec: unknown): readonly unknown[] | undefined {
  const [type, options]: readonly unknown[] = Array.isArray(spec) ? spec : [];
  if (type !== 'COMBO' || typeof options !== 'object' || options === null) return undefined;
  return 'options' in options && Array.isArray(options.options) ? options.options : undefined;
}
