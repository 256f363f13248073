import type { ModelFolder } from '@star-graph/workflows/models/loaders';
import type { ModelLicence } from '@star-graph/workflows/models/modelEntry';
import type { ModelFamily } from '@star-graph/workflows/models/modelFamilies';

/** What a page of a model site says of a model. Nothing of it is in force until an administrator confirms it. */
export interface ModelPage {
  /** Where people read it. */
  address: string;
  title: string;
  /** As the page names it. */
  baseModel: string | null;
  family: ModelFamily | null;
  licence: ModelLicence | null;
  triggerWords: string[];
  /** Its files are sent only to those whom its author or the site let in. */
  isGated: boolean;
  /** The first picture that shows what it draws, for everybody's eyes. */
  sampleUrl: string | null;
  files: PageFile[];
}

export interface PageFile {
  folder: ModelFolder;
  name: string;
  url: string;
  bytes?: number;
  sha256?: string;
}

/** Ends of files that hold weights and can run nothing. */
export const weightsEnd = /\.(?:safetensors|sft|gguf)$/i;
/** Ends of files that ComfyUI loads as well. */
export const pickleEnd = /\.(?:ckpt|pth?|bin)$/i;

export const mostFiles = 50;
const mostWords = 50;

/** A text of somebody else's for one line of ours; an empty one if nothing is left of it. */
export const plainText = (text: string, most: number): string =>
  [...text.toWellFormed().replace(/[\p{Cc}\s]+/gu, ' ')].slice(0, most).join('').trim();

/** A name that every disk takes, below no folder. */
export const plainFileName = (name: string): string =>
  plainText(name.split('/').at(-1) ?? '', 255).replace(/[\\:*?"<>|]/g, '_');

/** Authors write several words into one, with commas. */
export const listWords = (texts: readonly string[]): string[] =>
  [...new Set(texts.flatMap((text) => text.split(',')).map((word) => plainText(word, 100)))]
    .filter((word) => word !== '')
    .slice(0, mostWords);

/** Families whose checkpoints hold their text encoder and VAE too; those of others are the diffusion model alone. */
const wholeFamilies: readonly (ModelFamily | null)[] = ['sd15', 'sd2', 'sdxl', 'sd3', 'stable-video', 'ltx'];

export const folderOfWeights = (family: ModelFamily | null): ModelFolder =>
  wholeFamilies.includes(family) ? 'checkpoints' : 'diffusion_models';
