import { readFileSync } from 'node:fs';
import { readCoreDefinitions } from '../graph/coreDefinitions.ts';
import type { NodeClassInfo, ObjectInfo } from '../graph/objectInfo.ts';
import { writtenDownClasses } from '../graph/writtenDownClasses.ts';
import { loaderInputs, modelFolders } from '../models/loaders.ts';
import { shippedFiles } from '../models/shippedFiles/shippedFiles.ts';

const recorded = new URL('../../infra/preview-backend/graph/object_info.json', import.meta.url);

/** `GET /object_info` of ComfyUI 0.3.64 for 116 of its own node classes, as recorded; the preview backend tells the same. */
export const coreObjectInfo: ObjectInfo = JSON.parse(readFileSync(recorded, 'utf8'));

/** `GET /object_info` of ComfyUI 0.33.0, as recorded, without descriptions: 632 classes of its own and of its API nodes. */
export const newerObjectInfo: ObjectInfo = Object.fromEntries(
  Object.entries(readCoreDefinitions()).filter(([name]) => !Object.hasOwn(writtenDownClasses, name)),
);

/**
 * Preprocessors of the custom nodes comfyui_controlnet_aux, written down from their definitions; not recorded from
 * a running server.
 */
export const preprocessors: ObjectInfo = {
  OpenposePreprocessor: {
    input: {
      required: { image: ['IMAGE'] },
      optional: {
        detect_hand: [['enable', 'disable'], { default: 'enable' }],
        detect_body: [['enable', 'disable'], { default: 'enable' }],
        detect_face: [['enable', 'disable'], { default: 'enable' }],
        resolution: ['INT', { default: 512, min: 64, max: 16384, step: 64 }],
      },
    },
    output: ['IMAGE'],
    output_node: false,
  },
  'MiDaS-DepthMapPreprocessor': {
    input: {
      required: { image: ['IMAGE'] },
      optional: {
        a: ['FLOAT', { default: Math.PI * 2, min: 0, max: Math.PI * 5, step: 0.01 }],
        bg_threshold: ['FLOAT', { default: 0.1, min: 0, max: 1, step: 0.01 }],
        resolution: ['INT', { default: 512, min: 64, max: 16384, step: 64 }],
      },
    },
    output: ['IMAGE'],
    output_node: false,
  },
};

/** File names by folder. */
type Models = Readonly<Record<string, readonly string[]>>;

/** Model files of a pool that has everything the platform's own workflows ask for. */
export const installedModels: Models = {
  checkpoints: [
    'sd_xl_base_1.0.safetensors',
    'sd_xl_refiner_1.0.safetensors',
    'v1-5-pruned-emaonly-fp16.safetensors',
    'sd-v1-5-inpainting.safetensors',
    'svd.safetensors',
    'svd_xt.safetensors',
  ],
  vae: ['sdxl_vae_fp16_fix.safetensors'],
  loras: [
    'sd_xl_offset_example-lora_1.0.safetensors',
    'lcm-lora-sdv1-5.safetensors',
    'style/ink.safetensors',
  ],
  controlnet: [
    'control_v11p_sd15_openpose_fp16.safetensors',
    'control_v11p_sd15_canny_fp16.safetensors',
    'control_v11f1p_sd15_depth_fp16.safetensors',
  ],
  upscale_models: [
    'RealESRGAN_x2plus.pth',
    'RealESRGAN_x4plus.pth',
    '4x-UltraSharp.pth',
    '003_realSR_BSRGAN_DFO_s64w8_SwinIR-M_x2_GAN.pth',
  ],
};

function withModels(
  info: NodeClassInfo,
  inputs: Readonly<Record<string, string>>,
  models: Models,
): NodeClassInfo {
  const required = { ...info.input.required };
  for (const [input, folder] of Object.entries(inputs)) {
    const spec = required[input];
    if (!Array.isArray(spec)) continue;
    const files = models[folder] ?? [];
    required[input] = Array.isArray(spec[0])
      ? [files, ...spec.slice(1)]
      : ['COMBO', { ...(spec[1] as object), options: files }];
  }
  return { ...info, input: { ...info.input, required } };
}

const fill = (info: ObjectInfo, models: Models): ObjectInfo => ({
  ...Object.fromEntries(
    Object.entries(info).map(([name, classInfo]) => [
      name,
      withModels(classInfo, loaderInputs[name] ?? {}, models),
    ]),
  ),
  ...preprocessors,
});

/** The recorded inventory with preprocessors, and with these model files and no others. */
export const objectInfoWith = (models: Models): ObjectInfo => fill(coreObjectInfo, models);

export const fullObjectInfo: ObjectInfo = objectInfoWith(installedModels);

/** The usual files of all shipped workflows. */
const shippedModels: Models = Object.fromEntries(
  modelFolders.map((folder) => {
    const shipped = shippedFiles.filter((file) => file.folder === folder).map(({ name }) => name);
    return [folder, [...new Set([...(installedModels[folder] ?? []), ...shipped])]];
  }),
);

const olderObjectInfo: ObjectInfo = objectInfoWith(shippedModels);
/** A server with all classes and files of the shipped workflows. */
export const newestObjectInfo: ObjectInfo = fill(
  { ...newerObjectInfo, ...writtenDownClasses },
  shippedModels,
);
const bareNewestObjectInfo: ObjectInfo = fill({ ...newerObjectInfo, ...writtenDownClasses }, {});

type Files = readonly { folder: string; name: string }[];

/** The older one also lacks the families of younger files: they are choices of its loaders. */
export const isOldEnough = (classes: readonly string[], files: Files): boolean =>
  classes.every((name) => Object.hasOwn(fullObjectInfo, name)) &&
  files.every(({ folder, name }) => installedModels[folder]?.includes(name));

/**
 * The inventory of the oldest ComfyUI here that has the classes and reads the files, with the files of all shipped
 * workflows: 0.3.64, or 0.33.0 with the classes that are younger still.
 */
export const objectInfoFor = (classes: readonly string[], files: Files = []): ObjectInfo =>
  isOldEnough(classes, files) ? olderObjectInfo : newestObjectInfo;

/** The same without model files. */
export const bareObjectInfoFor = (classes: readonly string[], files: Files = []): ObjectInfo =>
  isOldEnough(classes, files) ? objectInfoWith({}) : bareNewestObjectInfo;
