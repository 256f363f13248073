import type { Readable } from 'node:stream';

/** A writer's facts about the bytes. */
export interface ObjectFacts {
  /** Decided by content, never by a file name. Must be the type that the key's extension stands for. */
  mime: string;
  /** Set if known: a body of another length is refused, and nothing is stored. */
  bytes?: number;
  /** Set if known, in lower-case hex: no store has to read the body for it. */
  sha256?: string;
  /**
   * Set while it is still being checked that the bytes are good: the object appears once this has resolved. If it
   * rejects, nothing is stored and nothing is left behind, and the call rejects with its reason.
   */
  proof?: Promise<unknown>;
}

/** Whole and closed. Its writer removes it afterwards: the store may hold it by another name. */
export interface WrittenFile {
  path: string;
}

export type Body = Buffer | Readable | WrittenFile;

/** Byte positions as in RFC 9110 §14.1.2: both ends are included, and `end` may lie beyond the object. */
export interface ByteRange {
  start: number;
  end?: number;
}

/** Disposing closes it, read or not: a pipeline whose other end is gone leaves the stream open. */
export interface OpenedObject extends Disposable {
  stream: Readable;
  /** Length of the stream. */
  bytes: number;
  /** Length of the whole object. */
  totalBytes: number;
  mime: string;
}

interface ObjectStat {
  bytes: number;
  mime: string;
  modifiedAt: Date;
}

export interface ListedObject {
  key: string;
  bytes: number;
  modifiedAt: Date;
}

interface SignedUrlOptions {
  /** At most 7 days, the limit of an S3 signature. */
  ttlSeconds: number;
  mime: string;
  /** Set: the browser saves under this name. Absent: the browser shows the object. */
  downloadName?: string;
  /** It may have been made earlier, and then ends up to a twelfth of its life earlier. */
  mayBeOlder?: boolean;
  /** Its asset is deleted, and whoever may take that back is shown it. Otherwise the API serves it no more. */
  ofDeleted?: boolean;
}

/**
 * Where the bytes of assets live. Keys come from `keys.ts`: lower-case letters, digits and `/ . _ -` only.
 * Network calls have time-outs (a body that stalls is its producer's to end); a full disk or a store that does not
 * answer is a Problem `internal` with a time to try again.
 */
export interface Storage {
  /**
   * Stores the whole body or nothing: a reader sees the old object, the new one or none, never half of one. Putting
   * the same content-addressed key again is harmless and makes the object young again for the sweep. A body that is a
   * stream is always read to its end or destroyed; one that is a file is not copied where that can be.
   */
  put(key: string, body: Body, facts: ObjectFacts): Promise<void>;
  /** Undefined where there is no such object. `range.start` must lie inside the object (see `parseRange`). */
  open(key: string, range?: ByteRange): Promise<OpenedObject | undefined>;
  stat(key: string): Promise<ObjectStat | undefined>;
  /** Removing a missing object is not an error. */
  remove(key: string): Promise<void>;
  /**
   * Every object whose key starts with `prefix` (whole path segments, ending in `/`), in a stable order of the
   * store's own; `after` resumes after that key, even if it no longer exists.
   */
  list(prefix: string, after?: string): AsyncIterable<ListedObject>;
  /** An absolute URL that serves this one object to any holder until it expires. */
  signedUrl(key: string, options: SignedUrlOptions): Promise<string>;
}
