import type { FileKind } from '../shared/mediaKinds.ts';

const fileInputs: Readonly<Record<string, { input: string; kind: FileKind }>> = {
  LoadImage: { input: 'image', kind: 'image' },
  LoadImageMask: { input: 'image', kind: 'image' },
  LoadVideo: { input: 'file', kind: 'video' },
  LoadAudio: { input: 'audio', kind: 'audio' },
};

/** The input of a node that names an uploaded file; undefined for other classes. */
export const fileInputOf = (classType: string): string | undefined =>
  Object.hasOwn(fileInputs, classType) ? fileInputs[classType]?.input : undefined;

/** Of a class that loads a file. */
export const fileKindOf = (classType: string): FileKind | undefined =>
  Object.hasOwn(fileInputs, classType) ? fileInputs[classType]?.kind : undefined;
