import type { ProtocolFlavour } from '../config.ts';
import type { JsonObject } from '../json.ts';
import type { ModelCatalogue } from '../models.ts';
import { describeClasses } from './describedClasses.ts';
import type { InputSpecs, NodeClassInfo } from './nodeClassInfo.ts';

/** Enumerations filled from the files in the input directory at each call. */
const inputFileEnumerations: Readonly<Record<string, { input: string; media: InputMedia }>> = {
  LoadImage: { input: 'image', media: 'image' },
  LoadImageMask: { input: 'image', media: 'any' },
  LoadVideo: { input: 'file', media: 'video' },
  LoadAudio: { input: 'audio', media: 'audio' },
};

export type InputMedia = 'image' | 'video' | 'audio' | 'any';

export interface Inventory {
  /** The class's description with today's model and file lists, or null for an unknown class. */
  find(classType: string): NodeClassInfo | null;
  /** Like `find`, without the scan of the input directory: enough to validate everything but file names. */
  findStatic(classType: string): NodeClassInfo | null;
  all(): { [classType: string]: NodeClassInfo };
}

/**
 * The node classes this server executes. The descriptions are the recorded ones of a real server; classes that are
 * described but not implemented are left out, so that the inventory promises only what can run.
 */
export function createInventory(
  deps: {
    protocol: ProtocolFlavour;
    models: ModelCatalogue;
    listInputFiles: (media: InputMedia) => string[];
  },
  isImplemented: (classType: string) => boolean,
): Inventory {
  const filled = new Map<string, NodeClassInfo>();
  for (const [classType, info] of Object.entries(describeClasses(deps.protocol))) {
    if (isImplemented(classType)) filled.set(classType, withModels(deps.models, classType, info));
  }
  const find = (classType: string): NodeClassInfo | null => {
    const info = filled.get(classType);
    const enumeration = inputFileEnumerations[classType];
    if (!info || !enumeration) return info ?? null;
    return withOptions(info, enumeration.input, deps.listInputFiles(enumeration.media));
  };
  return {
    find,
    findStatic: (classType) => filled.get(classType) ?? null,
    all() {
      const described: { [classType: string]: NodeClassInfo } = {};
      for (const classType of filled.keys()) described[classType] = find(classType) as NodeClassInfo;
      return described;
    },
  };
}

function withModels(models: ModelCatalogue, classType: string, info: NodeClassInfo): NodeClassInfo {
  let filled = info;
  for (const input of Object.keys({ ...info.input.required, ...info.input.optional })) {
    const folder = folderOfInput(classType, input);
    if (folder === undefined) continue;
    const names = models.names(folder) ?? [];
    filled = withOptions(filled, input, classType === 'VAELoader' ? [...names, 'pixel_space'] : names);
  }
  return filled;
}

/** A copy whose enumerated input has these choices, in whichever of its two forms it is written. */
function withOptions(info: NodeClassInfo, input: string, names: string[]): NodeClassInfo {
  const refill = (specs: InputSpecs | undefined): InputSpecs | undefined => {
    const spec = specs?.[input];
    if (!spec) return specs;
    const [type, ...rest] = spec;
    const refilled = Array.isArray(type)
      ? [names, ...rest]
      : ['COMBO', { ...(rest[0] as JsonObject | undefined), options: names }];
    return { ...specs, [input]: refilled };
  };
  const { required, optional } = info.input;
  return {
    ...info,
    input: {
      ...info.input,
      ...(required && { required: refill(required) }),
      ...(optional && { optional: refill(optional) }),
    },
  };
}

/** Which model folder fills an enumerated input, by the input's name. */
const foldersByInput: Readonly<Record<string, string>> = {
  ckpt_name: 'checkpoints',
  lora_name: 'loras',
  control_net_name: 'controlnet',
  unet_name: 'diffusion_models',
  style_model_name: 'style_models',
  clip_name: 'text_encoders',
  clip_name1: 'text_encoders',
  clip_name2: 'text_encoders',
  clip_name3: 'text_encoders',
  clip_name4: 'text_encoders',
  text_encoder: 'text_encoders',
  vae_name: 'vae',
  bg_removal_name: 'background_removal',
};

/** Inputs named alike that read different folders in different classes. */
const foldersByClass: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  CLIPVisionLoader: { clip_name: 'clip_vision' },
  UpscaleModelLoader: { model_name: 'upscale_models' },
  LatentUpscaleModelLoader: { model_name: 'latent_upscale_models' },
  FrameInterpolationModelLoader: { model_name: 'frame_interpolation' },
  LoadDA3Model: { model_name: 'geometry_estimation' },
  ModelPatchLoader: { name: 'model_patches' },
};

/** The folder whose files an input names; undefined for all other inputs. */
function folderOfInput(classType: string, input: string): string | undefined {
  const ofClass = foldersByClass[classType];
  if (ofClass && Object.hasOwn(ofClass, input)) return ofClass[input];
  return Object.hasOwn(foldersByInput, input) ? foldersByInput[input] : undefined;
}
