/** What a source has found now. */
export interface Found {
  /** Addresses in the form of `backends.url`. */
  urls: readonly string[];
  /** Those that were told to end: they get nothing new, without the patience that missing ones have. */
  leaving: readonly string[];
  /** Addresses where no GPU server can be: for the log. */
  refused: readonly string[];
}

/** A place that knows GPU servers which come and go. */
export interface Source {
  /** As the operator wrote it: stands in the rows of its backends. */
  readonly name: string;
  /** @throws Error when it does not know: nothing was asked, or the answer makes no sense. An empty answer is one. */
  find(signal: AbortSignal): Promise<Found>;
}
