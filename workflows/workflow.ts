import type { z } from 'zod';
import type { Graph } from './graph/graph.ts';
import type { MediaKind } from './shared/mediaKinds.ts';

export const workflowTypes = [
  'text2img',
  'img2img',
  'text2video',
  'img2video',
  'upscale',
  'pose',
  'inpaint',
  'custom',
] as const;
export type WorkflowType = (typeof workflowTypes)[number];
export const taskTypes = [...workflowTypes, 'graph'] as const;
/** The kind of work; `custom` is an operator's workflow, `graph` a graph that the person brought. */
export type TaskType = (typeof taskTypes)[number];

export const lanes = ['interactive', 'standard', 'long'] as const;
/** Class by estimated GPU-seconds. */
export type Lane = (typeof lanes)[number];

export const locales = ['en', 'zh-CN'] as const;
export type Locale = (typeof locales)[number];
export type LocalizedText = Record<Locale, string>;

/** Facts of an input asset that price and binding may depend on; after EXIF rotation. */
export interface InputImage {
  width: number;
  height: number;
}

/** Facts of an input film; sides as shown, after the container's rotation. */
export interface InputVideo extends InputImage {
  frames: number;
  /** Frames per second, on average. */
  fps: number;
  seconds: number;
  hasSound: boolean;
}

/** Facts of an input sound. */
export interface InputAudio {
  seconds: number;
}

/** What a parameter that names an image receives at binding time. */
export interface BoundImage extends InputImage {
  /** The name ComfyUI returned for the upload: the value for LoadImage. */
  uploadedName: string;
}

/** The same for a film, and LoadVideo. */
export interface BoundVideo extends InputVideo {
  uploadedName: string;
}

/** The same for a sound, and LoadAudio. */
export interface BoundAudio extends InputAudio {
  uploadedName: string;
}

export type BoundInput = BoundImage | BoundVideo | BoundAudio;

/** Facts of a request's pictures, films and sounds, by parameter. */
export type InputFacts = Record<string, InputImage | InputVideo | InputAudio>;

/** A model file of a graph: the folder as in `GET /models`, the file name as in the loader's enumeration. */
export interface ModelRequirement {
  folder: string;
  name: string;
}

/**
 * A parameter whose values are names that only the pool's inventory knows: the enumeration of `input` of node class
 * `classType`. With `property`, the parameter is a list of objects and that property of each holds the name.
 */
export interface InventoryParam extends ClassInput {
  property?: string;
}

/**
 * The numbers that graphs of a workflow can hold at an input of a node class: the template's own, and those that a
 * person may choose. Numbers that follow from a picture's size are not included.
 */
export interface NumberSpan extends ClassInput {
  lowest: number;
  highest: number;
}

/** Values that passed the workflow's schema, defaults filled in, seed fixed. */
export type WorkflowParams = Record<string, unknown>;

/** One of several workflows that do the same for a person, each with another model. */
export interface Engine {
  /** The name that people use: the workflow that does the same, such as `text2img`. It may be the workflow itself. */
  of: string;
  /** The model's name as its authors write it, such as `Z-Image Turbo`: a value of the parameter `model`. */
  model: string;
}

/**
 * A versioned, typed template. The same name and version always mean the same graph, schema and price, so a task
 * can be re-run as it was.
 */
export interface Workflow {
  readonly name: string;
  readonly version: number;
  readonly type: TaskType;
  readonly title: LocalizedText;
  readonly description: LocalizedText;
  /** Undefined for a workflow that people choose by its own name alone. */
  readonly engine: Engine | undefined;
  /** Strict object: unknown keys are refused. Pictures, films and sounds are asset ids, named in `imageParams`, `videoParams` and `audioParams`. */
  readonly params: z.ZodType<WorkflowParams>;
  /** Parameters whose value is the id of a picture (or null when optional and not given). */
  readonly imageParams: readonly string[];
  /** The same for films. */
  readonly videoParams: readonly string[];
  /** The same for sounds. */
  readonly audioParams: readonly string[];
  /** The parameter that holds the seed, when the workflow has one: absent values are drawn at acceptance. */
  readonly seedParam: string | undefined;
  /** Parameters to be compared with the pool's inventory at acceptance, by name. */
  readonly inventoryParams: Readonly<Record<string, InventoryParam>>;
  /** To be compared with the ranges of a backend's node classes, for all requests. */
  readonly numberSpans: readonly NumberSpan[];
  /** Values of only the required parameters, for documentation and availability. */
  readonly example: WorkflowParams;
  /**
   * SHA-256, hex, of graph, schema and what the binding makes of sample values: a changed digest under an unchanged
   * version is a fault.
   */
  readonly digest: string;
  /** What the result is: picks storage, thumbnails and how front doors show it. */
  readonly outputKind: MediaKind;
  /** Frames a second of its films, where nobody chooses them: how seconds become frames. */
  readonly fps?: number | undefined;
  /** Its films have sound, of their own or of the film that they are made from. */
  readonly sound?: true | undefined;
  /** The size of every result, where parameters and inputs say it. A server that delivers another is broken. */
  makes?(params: WorkflowParams, inputs: InputFacts): InputImage | undefined;
  /** All that its nodes make is a result, whatever `outputKind` says, and each tells its node. */
  readonly keepsAll?: true;
  /** The longest that a run is paid for: then it is stopped. The price is of that time, and is paid by the share that was used. Absent: the price is fixed. */
  mostSeconds?(params: WorkflowParams): number;
  /** What a server must have beside classes and files, as a digest: for a graph that is not the template's. */
  needs?(params: WorkflowParams): string;
  /** Node classes the bound graph can use with these params (all of the template's without params). */
  nodeClasses(params?: WorkflowParams): readonly string[];
  /** Model files the bound graph loads with these params. */
  models(params: WorkflowParams): readonly ModelRequirement[];
  /** Megapixels × steps × frames (or tiles), a machine-independent measure of the work; > 0. */
  workUnits(params: WorkflowParams, inputs: InputFacts): number;
  /** Whole credits ≥ 1, monotonic in work. */
  price(params: WorkflowParams, inputs: InputFacts): number;
  /** GPU-seconds to expect on an ordinary GPU before this pool was measured; > 0. */
  estimateSeconds(params: WorkflowParams, inputs: InputFacts): number;
  /** Rejects, with pointers, what the schema alone cannot see (an image too small, a mask of another size). */
  checkImages(params: WorkflowParams, inputs: InputFacts): readonly { pointer: string; message: string }[];
  /**
   * Writes the values into the template's fixed inputs. Pure. `outputPrefix` is the server's file name prefix,
   * never a user's text.
   */
  bind(params: WorkflowParams, context: { images: Record<string, BoundInput>; outputPrefix: string }): Graph;
}

/** Lanes by estimated GPU-seconds on an ordinary GPU. */
export function laneOf(estimateSeconds: number): Lane {
  if (estimateSeconds <= 30) return 'interactive';
  return estimateSeconds <= 180 ? 'standard' : 'long';
}

/** An input of a node class: the place whose enumeration in `/object_info` lists the values. */
export interface ClassInput {
  classType: string;
  input: string;
}
