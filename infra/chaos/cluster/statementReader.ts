/**
 * Finds the statements in what a MySQL client sends: packets of a length, a number and a body. A prepared statement is
 * found each time it is executed. Its packet has a number instead of the text: servers count the statements that a
 * connection prepares, from 1.
 */
export interface StatementReader {
  push(chunk: Buffer): void;
}

const headerBytes = 4;
/** The body of a command begins with one of these bytes, in a packet with the number 0. */
const commands = { query: 0x03, prepare: 0x16, execute: 0x17 };
/** A statement is recognised by its beginning. */
const keptBytes = 4_096;

export function createStatementReader(onStatement: (sql: string) => void): StatementReader {
  let kept: Buffer = Buffer.alloc(0);
  /** The bytes of the current packet that were read already and are not needed. */
  let skipBytes = 0;
  const prepared: string[] = [];

  function takeCommand(body: Buffer): void {
    if (body[0] === commands.query) onStatement(body.toString('utf8', 1));
    if (body[0] === commands.prepare) prepared.push(body.toString('utf8', 1));
    if (body[0] === commands.execute) onStatement(prepared[body.readUInt32LE(1) - 1] ?? '');
  }

  function takePacket(): boolean {
    if (kept.length < headerBytes) return false;
    const length = kept.readUIntLE(0, 3);
    const number = kept[3];
    const wanted = headerBytes + Math.min(length, keptBytes);
    if (kept.length < wanted) return false;
    const body = kept.subarray(headerBytes, wanted);
    kept = kept.subarray(wanted);
    skip(length + headerBytes - wanted);
    if (number === 0) takeCommand(body);
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
