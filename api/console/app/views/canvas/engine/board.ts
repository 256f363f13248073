import type { BlendMode } from './blend.ts';
import type { Rect, Tiles } from './tiles.ts';

export interface Layer {
  id: string;
  /**
   * - `paint`: a picture, whatever it was made by;
   * - `mask`: says where the picture is redrawn;
   * - `control`: models follow its lines, pose or depth;
   * - `reference`: models that edit are given it beside the picture.
   * Only the first is in the picture.
   */
  kind: 'paint' | 'mask' | 'control' | 'reference';
  name: string;
  opacity: number;
  isHidden: boolean;
  isLocked: boolean;
  /** Where its own origin lies on the plane. */
  x: number;
  y: number;
  scale: number;
  /** Degrees around its own origin, clockwise. */
  turn?: number | undefined;
  /** How it is laid over what lies below; undefined: as it is. */
  blend?: BlendMode | undefined;
  /** Of one to follow. */
  control?: Control | undefined;
  /** Its pixels are drawn from this, until they are painted on. */
  text?: LayerText | undefined;
  /** Which one it is in. */
  group?: string | undefined;
  tiles: Tiles;
}

export interface Control {
  follow: 'canny' | 'openpose' | 'depth';
  /** Whether it is what models follow already, or a photo in which it is found. */
  reference: 'map' | 'photo';
  /** From 0 to 2. */
  strength: number;
  /** Of the steps, from 0 to 1: the first. */
  start?: number | undefined;
  /** The last. */
  end?: number | undefined;
}

export interface LayerText {
  words: string;
  /** Pixels. */
  size: number;
  colour: string;
  font: 'sans-serif' | 'serif' | 'monospace' | 'cursive';
  isBold: boolean;
}

/** Layers that are shown, locked, moved and folded as one. It lies where its layers lie, and goes with the last of them. */
export interface Group {
  id: string;
  name: string;
  opacity: number;
  isHidden: boolean;
  isLocked: boolean;
  /**
   * undefined: its layers are laid over what lies below as if they were in no group, unless it is thinned; otherwise
   * they are laid over each other first, `normal` or in a mode.
   */
  blend?: BlendMode | 'normal' | undefined;
  /** Its layers are not listed. */
  isFolded?: boolean | undefined;
  /** Which one it is in. */
  group?: string | undefined;
}

/** Upright ones by their x, lying ones by their y. */
export interface Lines {
  x: readonly number[];
  y: readonly number[];
}

/** What one aligns by. */
export interface Rulers {
  isHidden?: boolean | undefined;
  /** What is moved keeps to no line. */
  isFree?: boolean | undefined;
  guides: Lines;
}

/** Everything that undo takes back. It is never changed: a step makes a new one. */
export interface Board {
  /** From the lowest to the highest; those of a group are beside each other. */
  layers: readonly Layer[];
  groups: readonly Group[];
  frame: Rect;
  rulers?: Rulers | undefined;
  /** Which layer the tools work on, or which group is moved. */
  chosen: string | undefined;
  /** What is moved and grouped beside it. */
  alsoChosen?: readonly string[] | undefined;
  /** What painting, erasing and filling keep to; it is not saved. */
  selection?: Tiles | undefined;
}
