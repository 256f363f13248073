import { invariant } from '@star-graph/core/ground/errors';
import type { Sound } from '../files/sound.ts';
import type { Json } from '../json.ts';
import type { ModelFile } from '../models.ts';
import type { Picture } from '../pictures/picture.ts';

/** What flows along the links, tagged by ComfyUI's own type names. */
export interface ModelValue {
  type: 'MODEL';
  file: ModelFile;
  /** Names of LoRAs with their strengths, in the order they were applied. */
  loras: readonly { name: string; strength: number }[];
  /** Maps that a patch of the model follows. */
  controls?: readonly ControlHint[];
}
export interface ClipValue {
  type: 'CLIP';
  file: ModelFile;
  /** Further files of one encoder that is made of several. */
  also?: readonly ModelFile[];
}
export interface ConditioningValue {
  type: 'CONDITIONING';
  text: string;
  /** Width of the text encoder's vectors; a sampler of another family fails on it, as a real one does. */
  family: ModelFile['family'];
  controls: readonly ControlHint[];
  /** Pictures that an edit starts from or refers to. */
  references?: readonly Picture[];
  /** The picture that a film starts from, and the one that it ends with. */
  initPicture?: Picture;
  lastPicture?: Picture;
  motion?: number;
  /** The model restores what it is given: of its latent only this share is made anew. */
  freshShare?: number;
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
  /** In pixels, not in the VAE's cells. */
  width: number;
  height: number;
  /** Of a film, one for each of the frames that it decodes to. */
  latents: readonly Latent[];
  /** Frames of one video rather than separate pictures. */
  isVideo: boolean;
  /** How many pictures each of the batch is given apart in: the whole, its ground, and what lies over that. */
  layers?: number;
  /** Where the sampler may change something; everywhere when absent. */
  noiseMask?: Picture;
  /** Sampled with the frames, or alone where there are none. */
  sound?: Sound;
  initPicture?: Picture;
  /** Which part of a longer film it is, counted in frames. */
  part?: { from: number; whole: number };
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
  /** Which layer of how many it is. */
  layer?: { index: number; count: number };
  base: Latent;
  noiseMask?: Picture;
  controls: readonly ControlHint[];
  references?: readonly Picture[];
  initPicture?: Picture;
  lastPicture?: Picture;
  motion?: number;
  /** How loud the sound is that the film was given, at this frame: 0 to 1. */
  loudness?: number;
}

/** Types of which nothing but the file is known. */
export type FileType =
  | 'CONTROL_NET'
  | 'UPSCALE_MODEL'
  | 'MODEL_PATCH'
  | 'LATENT_UPSCALE_MODEL'
  | 'INTERP_MODEL'
  | 'DA3_MODEL'
  | 'BACKGROUND_REMOVAL';
type FileValue = { [T in FileType]: { type: T; file: ModelFile } }[FileType];

export type NodeValue =
  | ModelValue
  | ClipValue
  | ConditioningValue
  | LatentValue
  | { type: 'VAE'; name: string }
  | { type: 'CLIP_VISION'; name: string }
  | { type: 'CLIP_VISION_OUTPUT'; picture?: Picture }
  | FileValue
  /** A film as the SeedVR2 nodes pass it on is one thing, a batch of pictures is many. */
  | { type: 'IMAGE'; pictures: readonly Picture[]; isFilm?: boolean }
  | { type: 'MASK'; pictures: readonly Picture[] }
  /** What a model found in pictures: here it is the pictures. */
  | { type: 'POSE_KEYPOINT'; pictures: readonly Picture[] }
  | { type: 'DA3_GEOMETRY'; pictures: readonly Picture[] }
  | { type: 'VIDEO'; pictures: readonly Picture[]; fps: number; sound?: Sound }
  | { type: 'AUDIO'; sound: Sound }
  /** Of a body only what it was made of is known. */
  | { type: 'VOXEL'; picture?: Picture; seedText: string }
  | { type: 'MESH'; picture?: Picture; seedText: string }
  | { type: 'LATENT_OPERATION' }
  | { type: 'SAMPLER'; name: string }
  | { type: 'SIGMAS'; scheduler: string; steps: number; denoise: number }
  | { type: 'NOISE'; seed: string }
  | { type: 'GUIDER'; model: ModelValue; positive: ConditioningValue; negativePrompt: string; cfg: number }
  | { type: 'LITERAL'; value: Json }
  /** What a checkpoint without that part gives out: Python's None. */
  | { type: 'NONE' }
  /** Results of a node that gives out several of a kind: what follows runs once for each. */
  | { type: 'LIST'; items: readonly NodeValue[] };

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

/** What a list of inputs (`images.image_1`, `images.image_2`…) was given, under the names that follow the dot. */
export function grownInputs(inputs: NodeInputs, list: string): Map<string, NodeValue> {
  const lead = `${list}.`;
  return new Map(
    [...inputs].flatMap(([name, value]): [string, NodeValue][] =>
      name.startsWith(lead) ? [[name.slice(lead.length), value]] : [],
    ),
  );
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
