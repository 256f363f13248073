/** Finds the statements in what a MySQL client sends: packets of a length, a number and a body. */
export interface StatementReader {
  push(chunk: Buffer): void;
}

const headerBytes = 4;
/** The body of a statement begins with this byte, in a packet with the number 0. */
const queryCommand = 3;
/** A statement is recognised by its beginning. */
const keptBytes = 4_096;

export function createStatementReader(onStatement: (sql: string) => void): StatementReader {
  let kept: Buffer = Buffer.alloc(0);
  /** The bytes of the current packet that were read already and are not needed. */
  let skipBytes = 0;

  function takePacket(): boolean {
    if (kept.length < headerBytes) return false;
    const length = kept.readUIntLE(0, 3);
    const number = kept[3];
    const wanted = headerBytes + Math.min(length, keptBytes);
    if (kept.length < wanted) return false;
    const body = kept.subarray(headerBytes, wanted);
    kept = kept.subarray(wanted);
    skip(length + headerBytes - wanted);
    if (number === 0 && body[0] === queryCommand) onStatement(body.toString('utf8', 1));
    return true;
  }

  function skip(bytes: number): void {
    const here = Math.min(bytes, kept.length);
    kept = kept.subarray(here);
    skipBytes = bytes - here;
  }

  return {
    push(chunk) {
      kept = Buffer.concat([kept, chunk]);
      skip(skipBytes);
      while (skipBytes === 0 && takePacket());
    },
  };
}
