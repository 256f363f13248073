import type { RunNote } from '../../runs/run.ts';

export interface AcquiredPicture {
  /** A format that the server accepts. */
  file: Blob;
  notes: RunNote[];
  /**
   * Whether the page may read the pixels of a result: it can read the picture's own, or the picture is public. A
   * picture that needed the person's cookies or screen stays hidden from the page that embeds it.
   */
  isExposable: boolean;
}

/** The picture as it was read, of any format and size. */
export type RawPicture = AcquiredPicture;
