import type { ModelFile } from '../models.ts';
import { type NodeContext, type NodeDefinition, NodeFailure } from './node.ts';
import { type NodeInputs, type NodeValue, numberInput, requireInput, textInput } from './values.ts';

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

const checkpointMegabytes = 6938;

function checkpointLoader(outputs: (file: ModelFile) => NodeValue[]): NodeDefinition {
  return {
    async run(context, inputs) {
      const file = await loadModel(context, 'checkpoints', textInput(inputs, 'ckpt_name'));
      return { outputs: outputs(file) };
    },
  };
}

const modelOf = (file: ModelFile): NodeValue => ({ type: 'MODEL', file, loras: [] });

const checkpoint = checkpointLoader((file) => [
  modelOf(file),
  // Video checkpoints hold no text encoder.
  file.family === 'svd' ? { type: 'NONE' } : { type: 'CLIP', file },
  { type: 'VAE', name: file.name },
]);

const imageOnlyCheckpoint = checkpointLoader((file) => [
  modelOf(file),
  { type: 'CLIP_VISION', name: file.name },
  { type: 'VAE', name: file.name },
]);

const vaeLoader: NodeDefinition = {
  async run(context, inputs) {
    const name = textInput(inputs, 'vae_name');
    if (name !== 'pixel_space') await loadModel(context, 'vae', name);
    return { outputs: [{ type: 'VAE', name }] };
  },
};

const controlNetLoader: NodeDefinition = {
  async run(context, inputs) {
    const file = await loadModel(context, 'controlnet', textInput(inputs, 'control_net_name'));
    return { outputs: [{ type: 'CONTROL_NET', file }] };
  },
};

async function applyLora(context: NodeContext, inputs: NodeInputs): Promise<NodeValue> {
  const model = requireInput(inputs, 'model', 'MODEL');
  const name = textInput(inputs, 'lora_name');
  const strength = numberInput(inputs, 'strength_model', 1);
  await loadModel(context, 'loras', name);
  return strength === 0 ? model : { ...model, loras: [...model.loras, { name, strength }] };
}

const loraLoader: NodeDefinition = {
  async run(context, inputs) {
    return { outputs: [await applyLora(context, inputs), requireInput(inputs, 'clip', 'CLIP')] };
  },
};

const loraLoaderModelOnly: NodeDefinition = {
  async run(context, inputs) {
    return { outputs: [await applyLora(context, inputs)] };
  },
};

/** Nodes that tune how a model samples: here the placeholder stays the same. */
const passModel: NodeDefinition = {
  run: (_context, inputs) => ({ outputs: [requireInput(inputs, 'model', 'MODEL')] }),
};

const clipSetLastLayer: NodeDefinition = {
  run: (_context, inputs) => ({ outputs: [requireInput(inputs, 'clip', 'CLIP')] }),
};

export const loaderNodes: Readonly<Record<string, NodeDefinition>> = {
  CheckpointLoaderSimple: checkpoint,
  ImageOnlyCheckpointLoader: imageOnlyCheckpoint,
  VAELoader: vaeLoader,
  ControlNetLoader: controlNetLoader,
  LoraLoader: loraLoader,
  LoraLoaderModelOnly: loraLoaderModelOnly,
  CLIPSetLastLayer: clipSetLastLayer,
  VideoLinearCFGGuidance: passModel,
  VideoTriangleCFGGuidance: passModel,
  ModelSamplingDiscrete: passModel,
  ModelSamplingSD3: passModel,
  ModelSamplingFlux: passModel,
  FreeU_V2: passModel,
  HyperTile: passModel,
  PatchModelAddDownscale: passModel,
};
