/** The last frame under each name, up to a bound; the oldest goes first. */
export interface Latest {
  readonly size: number;
  readonly bytes: number;
  put(name: string, frame: Buffer): void;
  take(): Buffer | undefined;
  clear(): void;
}

export function createLatest(mostBytes: number): Latest {
  const frames = new Map<string, Buffer>();
  let bytes = 0;

  function take(): Buffer | undefined {
    const [first] = frames;
    if (!first) return undefined;
    const [name, frame] = first;
    frames.delete(name);
    bytes -= frame.length;
    return frame;
  }

  return {
    get size() {
      return frames.size;
    },
    get bytes() {
      return bytes;
    },
    put(name, frame) {
      bytes += frame.length - (frames.get(name)?.length ?? 0);
      frames.set(name, frame);
      while (bytes > mostBytes && frames.size > 1) take();
    },
    take,
    clear() {
      frames.clear();
      bytes = 0;
    },
  };
}
