import type { ModelFile } from '../models.ts';
import { type NodeContext, type NodeDefinition, NodeFailure } from './node.ts';
import {
  type FileType,
  type NodeInputs,
  type NodeValue,
  numberInput,
  requireInput,
  textInput,
} from './values.ts';

const checkpointMegabytes = 6938;

/** The named model file, after as long as reading it would take. */
async function loadModel(context: NodeContext, folder: string, name: string): Promise<ModelFile> {
  const file = context.models.find(folder, name);
  if (!file)
    throw new NodeFailure(
      'FileNotFoundError',
      `Model in folder '${folder}' with filename '${name}' not found.`,
    );
  const { checkpointLoadSeconds } = context.config.simulation;
  // Smaller files load in proportion; the figure is for a checkpoint of SDXL's size.
  await context.simulateLoad((checkpointLoadSeconds * file.megabytes) / checkpointMegabytes);
  return file;
}

/** What a file gives out: a model, its text encoder, a VAE… */
type Part = 'MODEL' | 'CLIP' | 'VAE' | 'CLIP_VISION' | FileType;

const partOf = (part: Part, file: ModelFile, also: readonly ModelFile[]): NodeValue => {
  if (part === 'MODEL') return { type: part, file, loras: [] };
  if (part === 'VAE' || part === 'CLIP_VISION') return { type: part, name: file.name };
  if (part !== 'CLIP') return { type: part, file };
  // Video checkpoints hold no text encoder.
  if (file.family === 'svd') return { type: 'NONE' };
  return also.length === 0 ? { type: part, file } : { type: part, file, also };
};

/** Loads the files that these inputs name, each from its folder, and gives out parts of the first. */
export function loads(files: Readonly<Record<string, string>>, ...parts: readonly Part[]): NodeDefinition {
  return {
    async run(context, inputs) {
      const loaded: ModelFile[] = [];
      for (const [input, folder] of Object.entries(files)) {
        loaded.push(await loadModel(context, folder, textInput(inputs, input)));
      }
      const [file, ...also] = loaded as [ModelFile, ...ModelFile[]];
      return { outputs: parts.map((part) => partOf(part, file, also)) };
    },
  };
}

export const loadsVae: NodeDefinition = {
  async run(context, inputs) {
    const name = textInput(inputs, 'vae_name');
    if (name !== 'pixel_space') await loadModel(context, 'vae', name);
    return { outputs: [{ type: 'VAE', name }] };
  },
};

async function applyLora(context: NodeContext, inputs: NodeInputs): Promise<NodeValue> {
  const model = requireInput(inputs, 'model', 'MODEL');
  const name = textInput(inputs, 'lora_name');
  const strength = numberInput(inputs, 'strength_model', 1);
  await loadModel(context, 'loras', name);
  return strength === 0 ? model : { ...model, loras: [...model.loras, { name, strength }] };
}

/** The model with a LoRA on it, and the other inputs as they are. */
export function addsLora(...passed: readonly string[]): NodeDefinition {
  return {
    async run(context, inputs) {
      const model = await applyLora(context, inputs);
      return { outputs: [model, ...passed.map((name) => inputs.get(name) ?? { type: 'NONE' as const })] };
    },
  };
}

/** Nodes that tune how a model samples, or what the platform cannot see: here the placeholder stays the same. */
export function passes(...names: readonly string[]): NodeDefinition {
  return {
    run: (_context, inputs) => ({ outputs: names.map((name) => inputs.get(name) ?? { type: 'NONE' }) }),
  };
}

/** A patch that makes the model follow a map. */
export const followsMap: NodeDefinition = {
  run(_context, inputs) {
    const model = requireInput(inputs, 'model', 'MODEL');
    const { file } = requireInput(inputs, 'model_patch', 'MODEL_PATCH');
    const strength = numberInput(inputs, 'strength', 1);
    const controls = requireInput(inputs, 'image', 'IMAGE').pictures.slice(0, 1);
    if (strength === 0) return { outputs: [model] };
    const hints = controls.map((picture) => ({ name: file.name, picture, strength }));
    return { outputs: [{ ...model, controls: [...(model.controls ?? []), ...hints] }] };
  },
};
