import { type NodeClassWords, parseInputs } from '@star-graph/workflows/graph/objectInfo';
import { isCoreModule } from '@star-graph/workflows/graph/trustedClasses';
import { loaderInputs, type ModelFolder, modelFolders } from '@star-graph/workflows/models/loaders';
import { z } from 'zod';
import { ComfyFault, type Inventory, type NodeClass } from '../comfy.ts';

const classSchema = z.object({
  input: z
    .object({
      required: z.record(z.string(), z.unknown()).nullish(),
      optional: z.record(z.string(), z.unknown()).nullish(),
    })
    .nullish(),
  output: z.array(z.unknown()).nullish(),
  output_node: z.boolean().nullish(),
  python_module: z.string().nullish().catch(undefined),
  input_order: z
    .object({ required: z.array(z.string()).nullish(), optional: z.array(z.string()).nullish() })
    .nullish(),
});

const word = z.string().max(2_000).optional().catch(undefined);
const wordsSchema = z
  .object({
    display_name: word,
    category: word,
    description: word,
    output_name: z.array(z.string().max(200)).optional().catch(undefined),
  })
  .catch({});
const tooltipSchema = z.tuple([z.unknown(), z.object({ tooltip: z.string().max(2_000) })]);

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
    const { input, input_order, python_module: module } = parsed.data;
    const { required, optional } = { required: input?.required ?? {}, optional: input?.optional ?? {} };
    classes[className] = {
      isOutput: parsed.data.output_node ?? false,
      // A node's output that is a choice is written as the list of its values.
      outputs: (parsed.data.output ?? []).map((output) => (typeof output === 'string' ? output : 'COMBO')),
      inputs: parseInputs({ required, optional }),
      order: [...orderOf(required, input_order?.required), ...orderOf(optional, input_order?.optional)],
      ...(isCoreModule(module ?? undefined) && {
        isCore: true as const,
        words: wordsOf(raw, { ...optional, ...required }),
      }),
    };
  }
  return { classes, models: collectModels(classes) };
}

function wordsOf(raw: unknown, inputs: Record<string, unknown>): NodeClassWords {
  const { display_name: title, category, description, output_name: outputNames } = wordsSchema.parse(raw);
  const tooltips = Object.entries(inputs).flatMap(([name, spec]) => {
    const { data } = tooltipSchema.safeParse(spec);
    return data ? [[name, data[1].tooltip] as const] : [];
  });
  return {
    ...(title && { title }),
    ...(category && { category }),
    ...(description && { description }),
    ...(outputNames && { outputNames }),
    ...(tooltips.length > 0 && { tooltips: Object.fromEntries(tooltips.sort()) }),
  };
}

/** Newer servers tell the order; older ones list the inputs in it. */
const orderOf = (inputs: Record<string, unknown>, order: readonly string[] | null | undefined): string[] => [
  ...(order ?? Object.keys(inputs)),
];

function collectModels(classes: Record<string, NodeClass>): Record<ModelFolder, string[]> {
  const found = new Map<ModelFolder, Set<string>>(modelFolders.map((folder) => [folder, new Set()]));
  for (const [className, inputs] of Object.entries(loaderInputs)) {
    for (const [input, folder] of Object.entries(inputs)) {
      for (const name of classes[className]?.inputs[input]?.choices ?? [])
        if (typeof name === 'string') found.get(folder)?.add(name);
    }
  }
  const models = {} as Record<ModelFolder, string[]>;
  for (const [folder, names] of found) models[folder] = [...names].sort();
  return models;
}
