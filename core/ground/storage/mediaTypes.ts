import { invariant } from '../errors.ts';

/** The media this platform stores. The extension stands for the type: keys carry it, file storage answers with it. */
export const mimeByExtension = {
  png: 'image/png',
  jpg: 'image/jpeg',
  webp: 'image/webp',
  gif: 'image/gif',
  avif: 'image/avif',
  mp4: 'video/mp4',
  webm: 'video/webm',
  flac: 'audio/flac',
  mp3: 'audio/mpeg',
  ogg: 'audio/ogg',
  wav: 'audio/wav',
  txt: 'text/plain',
  glb: 'model/gltf-binary',
} as const;

export type MediaExtension = keyof typeof mimeByExtension;
export type MediaMime = (typeof mimeByExtension)[MediaExtension];

const extensions = new Map<string, MediaExtension>(
  Object.entries(mimeByExtension).flatMap(([extension, mime]) =>
    isMediaExtension(extension) ? [[mime, extension] as const] : [],
  ),
);

/** Undefined of a type that is not stored. */
export const findExtension = (mime: string): MediaExtension | undefined => extensions.get(mime);

export function extensionOf(mime: string): MediaExtension {
  const extension = findExtension(mime);
  invariant(extension !== undefined, `no media type that is stored: ${mime}`);
  return extension;
}

/** As it is served: browsers guess the letters of a text that does not say them. */
export const contentTypeOf = (mime: string): string =>
  mime === mimeByExtension.txt ? `${mime}; charset=utf-8` : mime;

export function isMediaExtension(text: string): text is MediaExtension {
  return Object.hasOwn(mimeByExtension, text);
}
