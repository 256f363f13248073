import { loaderInputs, type ModelFolder, modelFolders } from '@star-graph/workflows/models/loaders';
import { z } from 'zod';
import { ComfyFault, type Inventory, type NodeClass, type NodeInput } from '../comfy.ts';

const classSchema = z.object({
  input: z
    .object({
      required: z.record(z.string(), z.unknown()).nullish(),
      optional: z.record(z.string(), z.unknown()).nullish(),
    })
    .nullish(),
  output: z.array(z.unknown()).nullish(),
  output_node: z.boolean().nullish(),
});

/**
 * Reads `/object_info`. A custom node's class that does not look like a class is left out; the rest stays. Throws a
 * `malformed` fault when the whole answer is not an object.
 */
export function parseInventory(answer: unknown): Inventory {
  const all = z.record(z.string(), z.unknown()).safeParse(answer);
  if (!all.success) throw new ComfyFault('malformed', '/object_info did not answer with an object');
  const classes: Record<string, NodeClass> = {};
  for (const [className, raw] of Object.entries(all.data)) {
    const parsed = classSchema.safeParse(raw);
    if (!parsed.success) continue;
    classes[className] = {
      isOutput: parsed.data.output_node ?? false,
      // A node's output that is a choice is written as the list of its values.
      outputs: (parsed.data.output ?? []).map((output) => (typeof output === 'string' ? output : 'COMBO')),
      inputs: {
        ...parseInputs(parsed.data.input?.optional, false),
        ...parseInputs(parsed.data.input?.required, true),
      },
    };
  }
  return { classes, models: collectModels(classes) };
}

function parseInputs(
  inputs: Record<string, unknown> | null | undefined,
  isRequired: boolean,
): Record<string, NodeInput> {
  const parsed: Record<string, NodeInput> = {};
  for (const [name, spec] of Object.entries(inputs ?? {})) {
    if (Array.isArray(spec)) parsed[name] = parseInput(spec, isRequired);
  }
  return parsed;
}

/** The older form of a choice is `[[a, b], {…}]`, the newer one `["COMBO", { options: [a, b] }]`. */
function parseInput(spec: unknown[], isRequired: boolean): NodeInput {
  const [type, options] = spec;
  const fields: Record<string, unknown> =
    typeof options === 'object' && options !== null ? Object.fromEntries(Object.entries(options)) : {};
  const choices = Array.isArray(type) ? type : type === 'COMBO' ? fields.options : undefined;
  if (!Array.isArray(choices))
    return { type: typeof type === 'string' ? type : '*', isRequired, ...readRange(fields) };
  if (Object.keys(fields).some((field) => field.endsWith('_upload'))) return { type: 'COMBO', isRequired };
  return { type: 'COMBO', isRequired, choices: choices.filter((choice) => typeof choice === 'string') };
}

const readRange = ({ min, max }: Record<string, unknown>): Pick<NodeInput, 'min' | 'max'> => ({
  ...(typeof min === 'number' && { min }),
  ...(typeof max === 'number' && { max }),
});

function collectModels(classes: Record<string, NodeClass>): Record<ModelFolder, string[]> {
  const found = new Map<ModelFolder, Set<string>>(modelFolders.map((folder) => [folder, new Set()]));
  for (const [className, inputs] of Object.entries(loaderInputs)) {
    for (const [input, folder] of Object.entries(inputs)) {
      for (const name of classes[className]?.inputs[input]?.choices ?? []) found.get(folder)?.add(name);
    }
  }
  const models = {} as Record<ModelFolder, string[]>;
  for (const [folder, names] of found) models[folder] = [...names].sort();
  return models;
}
