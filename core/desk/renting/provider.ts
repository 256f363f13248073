/** A machine at a provider, as the provider sees it. */
export interface Run {
  name: string;
  isOver: boolean;
  /** An hour; undefined before the provider knows. */
  price: number | undefined;
  /** Why it is over, as the provider says. */
  fault: string | undefined;
}

/** Who rents machines out. Each call may be repeated. @throws Error without secrets: nothing is known then. */
export interface Provider {
  /** The price of an hour of the next machine; undefined if there is none. */
  offer(signal: AbortSignal): Promise<number | undefined>;
  /** What is not over, of our names alone. */
  listActive(signal: AbortSignal): Promise<Run[]>;
  /** @returns undefined for one that it never had. */
  find(name: string, signal: AbortSignal): Promise<Run | undefined>;
  start(name: string, env: Readonly<Record<string, string>>, signal: AbortSignal): Promise<void>;
  stop(names: readonly string[], signal: AbortSignal): Promise<void>;
}
