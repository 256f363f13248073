import type { RunNote } from '../../runs/run.ts';

export interface AcquiredPicture {
  /** A kind that the server takes. */
  file: Blob;
  notes: RunNote[];
  /**
   * Whether the page may come to know the pixels of a result: it has those of the picture already, or anybody has. A
   * picture that only the person's cookies or screen could show stays hidden from the page that embeds it.
   */
  isExposable: boolean;
}

/** As it was had, of any kind and size. */
export type RawPicture = AcquiredPicture;
