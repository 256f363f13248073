import type { InputFacts, Workflow, WorkflowParams } from '../workflow.ts';
import { describeParams, type ParamSchema } from './paramsMeta.ts';

export interface PricedRequest {
  params: WorkflowParams;
  inputs: InputFacts;
}

interface Market {
  /** What the params begin with: they pass the schema. */
  start: WorkflowParams;
  /** By parameter: the files that may be chosen, the cheapest first. Of others the start's own stay. */
  files?: Readonly<Record<string, readonly string[]>>;
  /** What multiplies the price. */
  factorOf?(params: WorkflowParams): number;
  /** Whether the request would be accepted now. */
  isOffered?(params: WorkflowParams): boolean;
}

/**
 * What can be asked for at the least price, by the price's own formula within the bounds of parameters and inputs: from
 * the start, one of them is changed at a time, as long as that costs less, or as much for less work. Work falls with
 * each of them alone, so no step leads astray.
 */
export function findCheapestRequest(
  workflow: Workflow,
  { start, files = {}, factorOf = () => 1, isOffered = () => true }: Market,
): PricedRequest {
  const at = (params: WorkflowParams, input: Input): Draft => {
    const inputs = factsOf(workflow, input);
    const cost = workflow.price(params, inputs) * factorOf(params);
    return { params, input, inputs, cost, units: workflow.workUnits(params, inputs) };
  };
  let best = at(start, usualInput);
  const take = (params: WorkflowParams, input: Input): boolean => {
    if (workflow.checkImages(params, factsOf(workflow, input)).length > 0) return false;
    const next = at(params, input);
    const isBetter = next.cost < best.cost || (next.cost === best.cost && next.units < best.units);
    if (!isBetter || (params !== best.params && !isOffered(params))) return false;
    best = next;
    return true;
  };
  const { [workflow.seedParam ?? '']: _seed, ...free } = describeParams(workflow.params).properties ?? {};
  const changed = Object.entries(free).map(([name, schema]) => ({
    name,
    values: valuesOf(schema, files[name] ?? []),
  }));
  for (let isCheaper = true; isCheaper && best.cost > leastPrice; ) {
    isCheaper = false;
    for (const { name, values } of changed)
      for (const value of values) {
        const parsed = workflow.params.safeParse({ ...best.params, [name]: value });
        if (parsed.success && take(parsed.data, best.input)) isCheaper = true;
      }
    for (const input of variantsOf(best.input)) if (take(best.params, input)) isCheaper = true;
  }
  return { params: best.params, inputs: best.inputs };
}

/** Whatever it is, it costs a credit. */
const leastPrice = 1;

interface Draft extends PricedRequest {
  input: Input;
  cost: number;
  units: number;
}

/** Where a least can lie: the ends of a range, and every choice. */
function valuesOf(schema: ParamSchema, files: readonly string[]): readonly unknown[] {
  if (schema['x-options'] !== undefined) return files;
  if (schema.enum) return schema.enum;
  switch (schema.type) {
    case 'integer':
    case 'number':
      return [schema.minimum, schema.maximum].filter((limit) => limit !== undefined);
    case 'boolean':
      return [false, true];
    case 'array':
      return listsOf(schema, files);
    default:
      return [];
  }
}

/** The cheapest file, the two cheapest, and so on; the schema says how many there may be. */
function listsOf({ items }: ParamSchema, files: readonly string[]): unknown[] {
  const named = Object.entries(items?.properties ?? {}).find(([, of]) => of['x-options'] !== undefined)?.[0];
  if (named === undefined) return [];
  return files.map((_, at) => files.slice(0, at + 1).map((file) => ({ [named]: file })));
}

/** The sides of all pictures and films of a request, and the length of its films and sounds. */
interface Input {
  width: number;
  height: number;
  frames: number;
}

const fps = 24;
const usualInput: Input = { width: 512, height: 512, frames: 72 };

const sides = Array.from({ length: 11 }, (_, power) => 2 ** power);
const lengths = [1, 2, 3, 4, 5, 8, 16, 24];

const variantsOf = (input: Input): Input[] => [
  ...sides.flatMap((width) => sides.map((height) => ({ ...input, width, height }))),
  ...lengths.map((frames) => ({ ...input, frames })),
];

function factsOf(
  { imageParams, videoParams, audioParams }: Pick<Workflow, 'imageParams' | 'videoParams' | 'audioParams'>,
  { width, height, frames }: Input,
): InputFacts {
  const seconds = frames / fps;
  return Object.fromEntries<InputFacts[string]>([
    ...imageParams.map((param) => [param, { width, height }] as const),
    ...videoParams.map((param) => [param, { width, height, frames, fps, seconds, hasSound: true }] as const),
    ...audioParams.map((param) => [param, { seconds }] as const),
  ]);
}
