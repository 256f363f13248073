import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { networkNames } from './pictures/networks.ts';

const modelFile = z.object({
  /** Path below the folder, as loaders show it. */
  name: z.string().min(1),
  /** Size of the real file: what a load would read and hold. */
  megabytes: z.number().positive(),
  family: z.enum(['sdxl', 'sd15', 'svd']).optional(),
  /** Upscale models only: enlargement and the network that stands for it. */
  scale: z.union([z.literal(2), z.literal(4)]).optional(),
  network: z.enum(networkNames).optional(),
  /** What `/view_metadata` shows of a safetensors file. */
  metadata: z.record(z.string(), z.string()).optional(),
});

const manifest = z.record(z.string(), z.array(modelFile));

export type ModelFile = z.infer<typeof modelFile>;

/** The folders `GET /models` lists, in ComfyUI's order. */
const folderNames = [
  'checkpoints',
  'configs',
  'loras',
  'vae',
  'text_encoders',
  'diffusion_models',
  'clip_vision',
  'style_models',
  'embeddings',
  'diffusers',
  'vae_approx',
  'controlnet',
  'gligen',
  'upscale_models',
  'latent_upscale_models',
  'hypernetworks',
  'photomaker',
  'classifiers',
  'model_patches',
  'audio_encoders',
  'background_removal',
  'frame_interpolation',
  'geometry_estimation',
] as const;

/** The model files this server claims to have. There are no such files: the names are all that loaders need. */
export interface ModelCatalogue {
  folders(): readonly string[];
  /** Sorted names, or null where ComfyUI knows no such folder. */
  names(folder: string): string[] | null;
  find(folder: string, name: string): ModelFile | null;
}

/** Reads the manifest; throws when it is missing or malformed. */
export function readModelCatalogue(path: string): ModelCatalogue {
  const files = manifest.parse(JSON.parse(readFileSync(path, 'utf8')));
  const unknown = Object.keys(files).filter((folder) => !folderNames.some((name) => name === folder));
  if (unknown.length > 0) throw new Error(`${path}: no such model folder: ${unknown.join(', ')}`);
  return {
    folders: () => folderNames,
    names(folder) {
      if (!folderNames.some((name) => name === folder)) return null;
      return (files[folder] ?? []).map((file) => file.name).sort();
    },
    find: (folder, name) => files[folder]?.find((file) => file.name === name) ?? null,
  };
}
