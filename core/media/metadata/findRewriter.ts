import type { MediaExtension } from '../../ground/storage/mediaTypes.ts';
import { gifMetadata } from './gifMetadata.ts';
import { jpegMetadata } from './jpegMetadata.ts';
import { pngMetadata } from './pngMetadata.ts';
import type { MetadataRewriter } from './rewrittenFile.ts';
import { webpMetadata } from './webpMetadata.ts';

/** Undefined if a format's metadata cannot be replaced without encoding anew; films and sounds go through ffmpeg. */
export function findRewriter(ext: MediaExtension): MetadataRewriter | undefined {
  return rewriters[ext];
}

const rewriters: Partial<Record<MediaExtension, MetadataRewriter>> = {
  png: pngMetadata,
  jpg: jpegMetadata,
  webp: webpMetadata,
  gif: gifMetadata,
};
