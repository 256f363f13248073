/** Bytes that come in pieces. The buffer doubles, so many small pieces cost no more than one large one. */
export interface Pile {
  readonly size: number;
  /** The size of the buffer in memory, in bytes. */
  readonly room: number;
  add(bytes: Uint8Array): void;
  /** All of it, once. */
  take(): Uint8Array;
}

export function createPile(): Pile {
  let room = new Uint8Array();
  let size = 0;
  return {
    get size() {
      return size;
    },
    get room() {
      return room.length;
    },
    add(bytes) {
      if (size + bytes.length > room.length) {
        const larger = new Uint8Array(Math.max(2 * room.length, size + bytes.length));
        larger.set(room.subarray(0, size));
        room = larger;
      }
      room.set(bytes, size);
      size += bytes.length;
    },
    take() {
      const all = room.subarray(0, size);
      room = new Uint8Array();
      size = 0;
      return all;
    },
  };
}
