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

/** It has a size in pixels, and can be drawn small. */
export const isSeen = (kind: MediaKind): kind is 'image' | 'video' => kind === 'image' || kind === 'video';
