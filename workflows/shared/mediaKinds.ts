/** What results and uploads are. `model3d`: a body in a `.glb` file. */
export const mediaKinds = ['image', 'video', 'audio', 'text', 'model3d'] as const;
export type MediaKind = (typeof mediaKinds)[number];

/** Undefined for a type that the platform does not store. */
function findMediaKind(mime: string): MediaKind | undefined {
  const [family = ''] = mime.split('/');
  return family === 'model' ? 'model3d' : mediaKinds.find((kind) => kind === family);
}

/** Of a stored file. */
export const mediaKindOf = (mime: string): MediaKind => findMediaKind(mime) ?? 'image';

/** It has a size in pixels. */
export const isSeen = (kind: MediaKind): kind is 'image' | 'video' => kind === 'image' || kind === 'video';

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

const endings = new Map<string, keyof typeof mimeByExtension>(
  Object.entries(mimeByExtension).map(([ending, mime]) => [mime, ending as keyof typeof mimeByExtension]),
);

/** What the name of a saved file ends with. Undefined of a type that is not stored. */
export const findEnding = (mime: string): keyof typeof mimeByExtension | undefined => endings.get(mime);
