import type { EntryFields } from './modelEntry.ts';

/** What ships with the platform about a model; operators' entries come before it, field by field. */
export interface ShippedEntry extends Pick<EntryFields, 'family' | 'licence'> {
  /** Files as `folder/name`, without sub-folders and endings; engines as `engine/name`. */
  models: readonly string[];
  /** Models have the same name in both languages. */
  title: string;
}

export const shippedEntries: readonly ShippedEntry[] = [
  {
    models: ['checkpoints/sd_xl_base_1.0'],
    title: 'SDXL 1.0',
    family: 'sdxl',
    licence: null,
  },
  {
    models: [
      'checkpoints/v1-5-pruned',
      'checkpoints/v1-5-pruned-fp16',
      'checkpoints/v1-5-pruned-emaonly',
      'checkpoints/v1-5-pruned-emaonly-fp16',
    ],
    title: 'Stable Diffusion 1.5',
    family: 'sd15',
    licence: null,
  },
  {
    models: ['checkpoints/sd-v1-5-inpainting'],
    title: 'Stable Diffusion 1.5 Inpainting',
    family: 'sd15',
    licence: null,
  },
  {
    models: ['checkpoints/svd'],
    title: 'Stable Video Diffusion',
    family: 'stable-video',
    licence: null,
  },
  {
    models: ['checkpoints/svd_xt'],
    title: 'Stable Video Diffusion XT',
    family: 'stable-video',
    licence: null,
  },
];
