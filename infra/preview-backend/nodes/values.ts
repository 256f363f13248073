import { invariant } from '@star-graph/core/errors';
import type { Json } from '../json.ts';
import type { ModelFile } from '../models.ts';
import type { Picture } from '../pictures/picture.ts';

/** What flows along the links, tagged by ComfyUI's own type names. */
export interface ModelValue {
  type: 'MODEL';
  file: ModelFile;
  /** Names of LoRAs with their strengths, in the order they were applied. */
  loras: readonly { name: string; strength: number }[];
}
export interface ClipValue {
  type: 'CLIP';
  file: ModelFile;
}
export interface ConditioningValue {
  type: 'CONDITIONING';
  text: string;
  /** Width of the text encoder's vectors; a sampler of another family fails on it, as a real one does. */
  family: ModelFile['family'];
  controls: readonly ControlHint[];
  /** SVD: the picture that the video starts from. */
  initPicture?: Picture;
  motion?: number;
}
export interface ControlHint {
  name: string;
  picture: Picture;
  strength: number;
}
/** One latent of a batch: nothing yet, an encoded picture, or what a sampler made of it. */
export type Latent =
  | { kind: 'empty' }
  | { kind: 'encoded'; picture: Picture }
  | { kind: 'sampled'; recipe: SampleRecipe };

export interface LatentValue {
  type: 'LATENT';
  /** In pixels, not in eighths. */
  width: number;
  height: number;
  latents: readonly Latent[];
  /** Frames of one video rather than separate pictures. */
  isVideo: boolean;
  /** Where the sampler may change something; everywhere when absent. */
  noiseMask?: Picture;
}

/** Everything that decides how a sampled placeholder looks. */
export interface SampleRecipe {
  model: string;
  family: ModelFile['family'];
  loras: readonly { name: string; strength: number }[];
  prompt: string;
  negativePrompt: string;
  /** Decimal text: seeds go to 2^64 − 1. */
  seed: string;
  steps: number;
  cfg: number;
  sampler: string;
  scheduler: string;
  /** Share of the picture that the sampler makes anew, 0-1. */
  denoise: number;
  width: number;
  height: number;
  batchIndex: number;
  frame: { index: number; count: number } | null;
  base: Latent;
  noiseMask?: Picture;
  controls: readonly ControlHint[];
  initPicture?: Picture;
  motion?: number;
}

export type NodeValue =
  | ModelValue
  | ClipValue
  | ConditioningValue
  | LatentValue
  | { type: 'VAE'; name: string }
  | { type: 'CLIP_VISION'; name: string }
  | { type: 'CONTROL_NET'; file: ModelFile }
  | { type: 'UPSCALE_MODEL'; file: ModelFile }
  | { type: 'IMAGE'; pictures: readonly Picture[] }
  | { type: 'MASK'; pictures: readonly Picture[] }
  | { type: 'VIDEO'; pictures: readonly Picture[]; fps: number }
  | { type: 'SAMPLER'; name: string }
  | { type: 'SIGMAS'; scheduler: string; steps: number; denoise: number }
  | { type: 'NOISE'; seed: string }
  | { type: 'GUIDER'; model: ModelValue; positive: ConditioningValue; negativePrompt: string; cfg: number }
  | { type: 'LITERAL'; value: Json }
  /** What a checkpoint without that part gives out: Python's None. */
  | { type: 'NONE' };

type ValueOf<T extends NodeValue['type']> = Extract<NodeValue, { type: T }>;

/** The inputs of one node while it runs: results behind links, literals as they were posted. */
export type NodeInputs = ReadonlyMap<string, NodeValue>;

export function findInput<T extends NodeValue['type']>(
  inputs: NodeInputs,
  name: string,
  type: T,
): ValueOf<T> | null {
  const value = inputs.get(name);
  return value?.type === type ? (value as ValueOf<T>) : null;
}

/** The linked input of that type; validation has checked it before. */
export function requireInput<T extends NodeValue['type']>(
  inputs: NodeInputs,
  name: string,
  type: T,
): ValueOf<T> {
  const value = findInput(inputs, name, type);
  invariant(value, `input ${name} must be ${type}`);
  return value;
}

export function literal(inputs: NodeInputs, name: string): Json {
  return findInput(inputs, name, 'LITERAL')?.value ?? null;
}

export function numberInput(inputs: NodeInputs, name: string, fallback = 0): number {
  const value = literal(inputs, name);
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : fallback;
}

export function textInput(inputs: NodeInputs, name: string, fallback = ''): string {
  const value = literal(inputs, name);
  return typeof value === 'string' ? value : fallback;
}

export function flagInput(inputs: NodeInputs, name: string): boolean {
  return literal(inputs, name) === true;
}

/** A seed as exact decimal text. */
export function seedInput(inputs: NodeInputs, name: string): string {
  return String(literal(inputs, name) ?? 0);
}
