import {
  type FileKind,
  headBytes,
  isFileKind,
  mediaKindOf,
  mimeByExtension,
  typeOfHead,
} from '@star-graph/workflows/shared/mediaKinds';
import type { PlayedKind } from './run.ts';

/** By the first bytes, as the server looks; the file name and the Content-Type do not count. Undefined: no video. */
export async function findVideoFormat(file: Blob): Promise<'mp4' | 'webm' | undefined> {
  const type = await readType(file);
  return type === 'mp4' || type === 'webm' ? type : undefined;
}

/** The type of a film or a sound, by its first bytes as well. Undefined: the file is of another kind. */
export async function findPlayedType(file: Blob, kind: PlayedKind): Promise<string | undefined> {
  const type = await readType(file);
  const mime = type && mimeByExtension[type];
  return mime?.startsWith(`${kind}/`) ? mime : undefined;
}

/** What a form is given; the server says what is wrong with any other file. */
export async function findFileKind(file: Blob): Promise<FileKind> {
  const type = await readType(file);
  const kind = type && mediaKindOf(mimeByExtension[type]);
  return isFileKind(kind) ? kind : 'image';
}

const readType = async (file: Blob) =>
  typeOfHead(String.fromCharCode(...new Uint8Array(await file.slice(0, headBytes).arrayBuffer())));
