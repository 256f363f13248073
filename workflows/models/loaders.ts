import type { Graph } from '../graph/graph.ts';
import type { ClassInput, ModelRequirement } from '../workflow.ts';

/** Folders of model files in the order of `GET /models`. */
export const modelFolders = [
  'checkpoints',
  'diffusion_models',
  'text_encoders',
  'loras',
  'controlnet',
  'vae',
  'upscale_models',
  'clip_vision',
  'style_models',
  'model_patches',
  'latent_upscale_models',
  'frame_interpolation',
  'background_removal',
  'geometry_estimation',
  'audio_encoders',
  'gligen',
  'hypernetworks',
  'photomaker',
  'optical_flow',
  'detection',
] as const;
export type ModelFolder = (typeof modelFolders)[number];

/**
 * Inputs that name a model file, by node class, with the folder that `GET /models` lists the file in.
 * Mirrors the loaders of ComfyUI's nodes.py and comfy_extras, which pass the same names to `folder_paths`.
 */
export const loaderInputs: Readonly<Record<string, Readonly<Record<string, ModelFolder>>>> = {
  CheckpointLoaderSimple: { ckpt_name: 'checkpoints' },
  CheckpointLoader: { ckpt_name: 'checkpoints' },
  ImageOnlyCheckpointLoader: { ckpt_name: 'checkpoints' },
  unCLIPCheckpointLoader: { ckpt_name: 'checkpoints' },
  LoraLoader: { lora_name: 'loras' },
  LoraLoaderModelOnly: { lora_name: 'loras' },
  LoraLoaderBypass: { lora_name: 'loras' },
  LoraLoaderBypassModelOnly: { lora_name: 'loras' },
  CreateHookLora: { lora_name: 'loras' },
  CreateHookLoraModelOnly: { lora_name: 'loras' },
  CreateHookModelAsLora: { ckpt_name: 'checkpoints' },
  CreateHookModelAsLoraModelOnly: { ckpt_name: 'checkpoints' },
  LoadLoraModel: { lora_name: 'loras' },
  LoadLoraTextEncoder: { lora_name: 'loras' },
  VAELoader: { vae_name: 'vae' },
  ControlNetLoader: { control_net_name: 'controlnet' },
  DiffControlNetLoader: { control_net_name: 'controlnet' },
  UpscaleModelLoader: { model_name: 'upscale_models' },
  UNETLoader: { unet_name: 'diffusion_models' },
  CLIPLoader: { clip_name: 'text_encoders' },
  DualCLIPLoader: { clip_name1: 'text_encoders', clip_name2: 'text_encoders' },
  TripleCLIPLoader: {
    clip_name1: 'text_encoders',
    clip_name2: 'text_encoders',
    clip_name3: 'text_encoders',
  },
  CLIPVisionLoader: { clip_name: 'clip_vision' },
  StyleModelLoader: { style_model_name: 'style_models' },
  QuadrupleCLIPLoader: {
    clip_name1: 'text_encoders',
    clip_name2: 'text_encoders',
    clip_name3: 'text_encoders',
    clip_name4: 'text_encoders',
  },
  ModelPatchLoader: { name: 'model_patches' },
  LTXAVTextEncoderLoader: { text_encoder: 'text_encoders', ckpt_name: 'checkpoints' },
  LTXVAudioVAELoader: { ckpt_name: 'checkpoints' },
  LatentUpscaleModelLoader: { model_name: 'latent_upscale_models' },
  FrameInterpolationModelLoader: { model_name: 'frame_interpolation' },
  LoadDA3Model: { model_name: 'geometry_estimation' },
  LoadMoGeModel: { model_name: 'geometry_estimation' },
  LoadBackgroundRemovalModel: { bg_removal_name: 'background_removal' },
  AudioEncoderLoader: { audio_encoder_name: 'audio_encoders' },
  GLIGENLoader: { gligen_name: 'gligen' },
  HypernetworkLoader: { hypernetwork_name: 'hypernetworks' },
  PhotoMakerLoader: { photomaker_model_name: 'photomaker' },
  OpticalFlowLoader: { model_name: 'optical_flow' },
  LoadMediaPipeFaceLandmarker: { model_name: 'detection' },
};

/**
 * The folder of the model file that an input names; undefined for other inputs. Of a group that repeats, the input's own
 * name comes last: `loras.0.lora_name`.
 */
export function findModelFolder(classType: string, input: string): ModelFolder | undefined {
  const inputs = Object.hasOwn(loaderInputs, classType) ? loaderInputs[classType] : undefined;
  const own = input.slice(input.lastIndexOf('.') + 1);
  return inputs && Object.hasOwn(inputs, own) ? inputs[own] : undefined;
}

/** Enumerations that only a pool's inventory can fill, under the name that a schema's `x-options` uses. */
export const inventoryOptions = {
  checkpoints: { classType: 'CheckpointLoaderSimple', input: 'ckpt_name' },
  video_checkpoints: { classType: 'ImageOnlyCheckpointLoader', input: 'ckpt_name' },
  loras: { classType: 'LoraLoader', input: 'lora_name' },
  vae: { classType: 'VAELoader', input: 'vae_name' },
  controlnet: { classType: 'ControlNetLoader', input: 'control_net_name' },
  upscale_models: { classType: 'UpscaleModelLoader', input: 'model_name' },
  samplers: { classType: 'KSampler', input: 'sampler_name' },
  schedulers: { classType: 'KSampler', input: 'scheduler' },
} as const satisfies Record<string, ClassInput>;

export type InventoryOptions = keyof typeof inventoryOptions;

/** Model files that a graph loads, each once, in the graph's order. */
export function findModels(graph: Graph): ModelRequirement[] {
  const found = new Map<string, ModelRequirement>();
  for (const node of Object.values(graph)) {
    for (const [input, name] of Object.entries(node.inputs)) {
      const folder = findModelFolder(node.class_type, input);
      // A link instead of a name means that the file is only known when the graph runs.
      if (folder === undefined || typeof name !== 'string' || isIdleRow(node.inputs, input)) continue;
      found.set(`${folder}/${name}`, { folder, name });
    }
  }
  return [...found.values()];
}

/** A row of a group that repeats and is switched off, or names no file: the server passes it over. */
function isIdleRow(inputs: Readonly<Record<string, unknown>>, input: string): boolean {
  const end = input.lastIndexOf('.');
  if (end < 0) return false;
  const own = (name: string) => inputs[`${input.slice(0, end)}.${name}`];
  return own('enabled') === false || own('strength') === 0 || ['', 'none'].includes(String(inputs[input]));
}
