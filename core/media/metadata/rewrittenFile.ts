/**
 * How one format is cleaned: foreign metadata goes, ours comes, the encoded pixels are copied byte for byte. Each
 * function throws `DamagedFile` if the structure is broken before the end.
 */
export interface MetadataRewriter {
  /** Pieces of the new file in order; most are views into `file`. */
  rewrite(file: Buffer, metadata: NewMetadata): Buffer[];
  /** The same for a file that is still coming, so that it is never in memory as a whole. It reads the orientation itself. */
  begin?(provenanceText: string): MetadataStream;
  /** The provenance text that `rewrite` put in. */
  findProvenanceText(file: Buffer): string | undefined;
}

export interface MetadataStream {
  /** @returns pieces of the new file in order; most are views into `bytes` */
  write(bytes: Buffer): Buffer[];
  /** Throws `DamagedFile` where the file ended before its end. */
  end(): void;
}

interface NewMetadata {
  /** From `formatProvenance`. */
  provenanceText: string;
  /** EXIF orientation of the picture, 1 to 8. */
  orientation: number;
}

/** A file whose structure is broken: cut off, or with checksums that do not match. */
export class DamagedFile extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DamagedFile';
  }
}

/** `length` bytes from `start`, all of which must exist. */
export function requireBytes(file: Buffer, start: number, length: number): Buffer {
  if (start + length > file.length) throw new DamagedFile(`ends at byte ${file.length} inside a block`);
  return file.subarray(start, start + length);
}
