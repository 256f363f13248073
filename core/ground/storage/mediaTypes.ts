/** The media this platform stores. The extension stands for the type: keys carry it, file storage answers with it. */
export const mimeByExtension = {
  png: 'image/png',
  jpg: 'image/jpeg',
  webp: 'image/webp',
  gif: 'image/gif',
  avif: 'image/avif',
  mp4: 'video/mp4',
  webm: 'video/webm',
} as const;

export type MediaExtension = keyof typeof mimeByExtension;
export type MediaMime = (typeof mimeByExtension)[MediaExtension];

export function isMediaExtension(text: string): text is MediaExtension {
  return Object.hasOwn(mimeByExtension, text);
}
