/** What our own API is asked for. */
export type AskedPicture = { prompt: string } & Partial<
  Record<'width' | 'height' | 'steps' | 'seed', number>
>;

/** A way to a picture through the protocol of another program. */
export interface Door extends AsyncDisposable {
  /** What the table calls it. */
  what: string;
  /** What our own API is asked for, for the same task; default: a small picture with this seed. */
  same?(seed: number): AskedPicture;
  /** Asks for a small picture with this seed, and resolves when all its bytes are there. */
  draw(seed: number): Promise<void>;
}
