import { createHash } from 'node:crypto';
import type { Graph } from '@star-graph/workflows/graph';
import { type ModelFolder, modelFolders } from './comfy.ts';

/**
 * Which inputs of which node classes name a model file. The classes are ComfyUI's own (nodes.py and comfy_extras), where
 * the same folder names are passed to `folder_paths`.
 */
export const loaderInputs: Readonly<Record<string, Readonly<Record<string, ModelFolder>>>> = {
  CheckpointLoaderSimple: { ckpt_name: 'checkpoints' },
  CheckpointLoader: { ckpt_name: 'checkpoints' },
  unCLIPCheckpointLoader: { ckpt_name: 'checkpoints' },
  ImageOnlyCheckpointLoader: { ckpt_name: 'checkpoints' },
  UNETLoader: { unet_name: 'diffusion_models' },
  CLIPLoader: { clip_name: 'text_encoders' },
  DualCLIPLoader: { clip_name1: 'text_encoders', clip_name2: 'text_encoders' },
  TripleCLIPLoader: {
    clip_name1: 'text_encoders',
    clip_name2: 'text_encoders',
    clip_name3: 'text_encoders',
  },
  LoraLoader: { lora_name: 'loras' },
  LoraLoaderModelOnly: { lora_name: 'loras' },
  ControlNetLoader: { control_net_name: 'controlnet' },
  DiffControlNetLoader: { control_net_name: 'controlnet' },
  VAELoader: { vae_name: 'vae' },
  UpscaleModelLoader: { model_name: 'upscale_models' },
  CLIPVisionLoader: { clip_name: 'clip_vision' },
};

export interface LoadedModel {
  folder: ModelFolder;
  name: string;
}

/** The model files a graph loads, each once, in the order of `modelFolders` and then by name. */
export function loadedModels(graph: Graph): LoadedModel[] {
  const models = new Map<string, LoadedModel>();
  for (const node of Object.values(graph)) {
    for (const [input, folder] of Object.entries(loaderInputs[node.class_type] ?? {})) {
      const name = node.inputs[input];
      // A link instead of a value means that the file is only known when the graph runs.
      if (typeof name === 'string') models.set(`${folder}/${name}`, { folder, name });
    }
  }
  const rank = (model: LoadedModel) => modelFolders.indexOf(model.folder);
  return [...models.values()].sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
}

/** Fits a database index: longer keys keep a readable beginning and end in a hash. */
const maxResidencyLength = 191;

/**
 * The residency key of a graph: equal for two graphs that leave the same models loaded, empty for a graph that
 * loads none. At most 191 characters.
 */
export function residencyOf(graph: Graph): string {
  const key = loadedModels(graph)
    .map(({ folder, name }) => `${folder}/${name}`)
    .join('|');
  if (key.length <= maxResidencyLength) return key;
  const hash = createHash('sha256').update(key).digest('hex').slice(0, 32);
  return `${key.slice(0, maxResidencyLength - hash.length - 1)}#${hash}`;
}
