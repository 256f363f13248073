/** What results and uploads are. `model3d`: a body in a `.glb` or `.obj` file. */
export const mediaKinds = ['image', 'video', 'audio', 'text', 'model3d'] as const;
export type MediaKind = (typeof mediaKinds)[number];

/** What a workflow may be given. */
export const fileKinds = ['image', 'video', 'audio'] as const;
export type FileKind = (typeof fileKinds)[number];

export const isFileKind = (kind: unknown): kind is FileKind => fileKinds.some((one) => one === kind);

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
  m4a: 'audio/mp4',
  txt: 'text/plain',
  glb: 'model/gltf-binary',
  obj: 'model/obj',
} as const;

const endings = new Map<string, keyof typeof mimeByExtension>(
  Object.entries(mimeByExtension).map(([ending, mime]) => [mime, ending as keyof typeof mimeByExtension]),
);

/** What the name of a saved file ends with. Undefined of a type that is not stored. */
export const findEnding = (mime: string): keyof typeof mimeByExtension | undefined => endings.get(mime);

/** ISO base media files that are not videos: pictures in the same box structure. */
const pictureBrands = ['avif', 'avis', 'heic', 'heix', 'hevc', 'mif1', 'msf1'];

/** How many bytes `typeOfHead` looks at. */
export const headBytes = 16;

/** The type that a file claims by its first bytes, one character a byte. Undefined: none that is stored. */
export function typeOfHead(head: string): keyof typeof mimeByExtension | undefined {
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (head.startsWith('\xff\xd8\xff')) return 'jpg';
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return 'webp';
  if (head.startsWith('GIF87a') || head.startsWith('GIF89a')) return 'gif';
  if (head.startsWith('\x1aE\xdf\xa3')) return 'webm';
  if (head.startsWith('fLaC')) return 'flac';
  if (head.startsWith('OggS')) return 'ogg';
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WAVE') return 'wav';
  if (head.startsWith('glTF')) return 'glb';
  if (head.startsWith('ID3') || /^\xff[\xe2-\xe7\xf2-\xf7\xfa-\xff]/.test(head)) return 'mp3';
  if (head.slice(4, 8) !== 'ftyp') return undefined;
  const brand = head.slice(8, 12);
  if (brand === 'M4A ' || brand === 'M4B ') return 'm4a';
  if (!pictureBrands.includes(brand)) return 'mp4';
  return brand.startsWith('avi') ? 'avif' : undefined;
}
