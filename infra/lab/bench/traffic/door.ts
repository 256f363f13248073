/** A way to a picture through the protocol of another program. */
export interface Door extends AsyncDisposable {
  /** What the table calls it. */
  what: string;
  /** Asks for a small picture with this seed, and resolves when all its bytes are there. */
  draw(seed: number): Promise<void>;
}
