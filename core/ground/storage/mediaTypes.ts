import { findEnding, mimeByExtension } from '@star-graph/workflows/shared/mediaKinds';
import { invariant } from '../errors.ts';

export { mimeByExtension } from '@star-graph/workflows/shared/mediaKinds';

export type MediaExtension = keyof typeof mimeByExtension;
export type MediaMime = (typeof mimeByExtension)[MediaExtension];

/** Undefined of a type that is not stored. */
export const findExtension = (mime: string): MediaExtension | undefined => findEnding(mime);

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
