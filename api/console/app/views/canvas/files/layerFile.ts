import type { BlendMode } from '../engine/blend.ts';
import type { Group } from '../engine/board.ts';

/** A layer as files of other programs hold it; its place is that of its upper left corner. */
export interface FileLayer {
  name: string;
  opacity: number;
  isHidden: boolean;
  blend?: BlendMode | undefined;
  /** Which one it is in. */
  group?: string | undefined;
  x: number;
  y: number;
  width: number;
  height: number;
  bytes: Uint8ClampedArray<ArrayBuffer>;
}

export type FileGroup = Omit<Group, 'isLocked' | 'isFolded'>;

export interface LayerFile {
  width: number;
  height: number;
  /** From the lowest to the highest. */
  layers: FileLayer[];
  groups: FileGroup[];
  changed?: readonly FileChange[];
}

/**
 * What a project has not got, and a file that is read had:
 * - `masks`: they are part of the pixels now;
 * - `effects`: of layers, and layers that change others; they are left out.
 */
export type FileChange = 'masks' | 'effects';

/**
 * Why a file is not read:
 * - `broken`: it is none of its kind, is cut off, or has colours that are not read here;
 * - `large`: it holds more pixels or layers than a project may.
 */
export type FileFault = 'broken' | 'large';

export class LayerFileError extends Error {
  readonly fault: FileFault;
  constructor(fault: FileFault, cause?: unknown) {
    super(`this file of layers is ${fault}`, { cause });
    this.fault = fault;
  }
}

export const mostFileBytes = 256_000_000;
/** Of a picture, and of all its layers together. */
export const mostPixels = 64_000_000;
export const mostFileLayers = 40;
export const mostFileGroups = 40;

/** @throws LayerFileError where it is more than a project may hold */
export function refuseLarge(
  { width, height }: { width: number; height: number },
  layers: readonly { width: number; height: number }[],
  groups: readonly unknown[],
): void {
  const pixels = layers.reduce((sum, layer) => sum + layer.width * layer.height, 0);
  const isMuch = layers.length > mostFileLayers || groups.length > mostFileGroups;
  if (isMuch || Math.max(width * height, pixels) > mostPixels) throw new LayerFileError('large');
}
