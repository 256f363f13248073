/**
 * Finds the statements in what a MySQL client sends: packets of a length, a number and a body. A prepared statement is
 * found each time it is executed: such a packet has the number that the server gave to the text.
 */
export interface StatementReader {
  /** What the client sends. */
  push(chunk: Buffer): void;
  /** What the server answers. */
  pushAnswer(chunk: Buffer): void;
}

const headerBytes = 4;
/** The body of a command begins with one of these bytes, in a packet with the number 0. */
const commands = { query: 0x03, prepare: 0x16, execute: 0x17 };
/** Of the answer to a prepare: the header, an OK and the number. A client sends nothing before it has it. */
const preparedBytes = headerBytes + 1 + 4;
/** A statement is recognised by its beginning. */
const keptBytes = 4_096;

export function createStatementReader(onStatement: (sql: string) => void): StatementReader {
  let kept: Buffer = Buffer.alloc(0);
  /** The bytes of the current packet that were read already and are not needed. */
  let skipBytes = 0;
  const prepared = new Map<number, string>();
  let preparing: { sql: string; answer: Buffer } | undefined;

  function takeCommand(body: Buffer): void {
    if (body[0] === commands.query) onStatement(body.toString('utf8', 1));
    if (body[0] === commands.prepare) preparing = { sql: body.toString('utf8', 1), answer: Buffer.alloc(0) };
    if (body[0] === commands.execute) onStatement(prepared.get(body.readUInt32LE(1)) ?? '');
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
    pushAnswer(chunk) {
      if (!preparing) return;
      const answer = Buffer.concat([preparing.answer, chunk]);
      preparing.answer = answer;
      if (answer.length < preparedBytes) return;
      if (answer[headerBytes] === 0) prepared.set(answer.readUInt32LE(headerBytes + 1), preparing.sql);
      preparing = undefined;
    },
  };
}
