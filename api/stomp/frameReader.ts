import { Problem } from '@star-graph/core/ground/errors';
import { FrameImpl } from '@stomp/stompjs';

export interface ClientFrame {
  command: string;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
}

export interface FrameReader {
  /**
   * Takes the bytes of one WebSocket message: frames, parts of frames, heart-beats.
   * @returns the frames that are now complete, and after them a Problem if the bytes are not a frame: reading ends
   * there, since the beginning of the next frame is unknown.
   */
  read(bytes: Uint8Array): (ClientFrame | Problem)[];
  /** Bytes of the incomplete frame. */
  readonly heldBytes: number;
}

interface FrameLimits {
  frameBytes: number;
  sendBodyBytes: number;
}

interface Head {
  command: string;
  headers: [name: string, value: string][];
  headBytes: number;
  /** Undefined: the body ends at the first zero. */
  bodyBytes: number | undefined;
}

const [zero, lineFeed, carriageReturn] = [0x00, 0x0a, 0x0d];
const connectCommands = ['CONNECT', 'STOMP'];
const memberCommands = [
  'SUBSCRIBE',
  'UNSUBSCRIBE',
  'SEND',
  'DISCONNECT',
  'ACK',
  'NACK',
  'BEGIN',
  'COMMIT',
  'ABORT',
];

const malformed = (detail: string) => new Problem('invalid-params', detail);
const decoder = new TextDecoder();

/**
 * STOMP 1.2 frames from bytes. Faults are found in the head of a frame, before its body is kept: the first frame has
 * to be CONNECT, and none may exceed the limits. The parser of the client library cannot be used: it accepts lines
 * without a colon and invalid lengths, and then loses its place.
 *
 * The states: `between` frames only line ends are passed over; `head` grows up to its empty line; `body` up to its
 * length or a zero; `end` is the zero behind a body of known length.
 */
export function createFrameReader(limits: FrameLimits): FrameReader {
  const pile = createPile();
  let state: 'between' | 'head' | 'body' | 'end' | 'broken' = 'between';
  let isLineEmpty = false;
  let hasConnected = false;
  let head: Head | undefined;

  /** @returns how many bytes were taken. */
  function takeHead(bytes: Uint8Array): number {
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at];
      if (byte === zero) throw malformed('A frame has a command, headers and an empty line before its body.');
      if (byte === lineFeed && isLineEmpty) {
        pile.add(bytes.subarray(0, at));
        head = parseHead(pile.take(), hasConnected, limits);
        hasConnected = true;
        state = head.bodyBytes === 0 ? 'end' : 'body';
        return at + 1;
      }
      if (byte !== carriageReturn) isLineEmpty = byte === lineFeed;
    }
    pile.add(bytes);
    if (pile.size > limits.frameBytes) throw tooLarge(limits);
    return bytes.length;
  }

  function takeBody(bytes: Uint8Array, of: Head): number {
    const missing = of.bodyBytes === undefined ? bytes.indexOf(zero) : of.bodyBytes - pile.size;
    const isWhole = missing >= 0 && missing <= bytes.length;
    const taken = isWhole ? missing : bytes.length;
    pile.add(bytes.subarray(0, taken));
    requireRoom(of, pile.size, limits);
    if (isWhole) state = 'end';
    return taken;
  }

  function finish(of: Head, byte: number | undefined): ClientFrame {
    if (byte !== zero)
      throw malformed('The body is longer than its content-length. Send the right length, or none.');
    state = 'between';
    const { command, headers } = FrameImpl.fromRawFrame({ ...of, binaryBody: new Uint8Array() }, true);
    return { command, headers, body: pile.take() };
  }

  /** @returns how many bytes were taken; frames go to `complete`. */
  function step(bytes: Uint8Array, complete: (ClientFrame | Problem)[]): number {
    if (state === 'head') return takeHead(bytes);
    if (state === 'body' && head) return takeBody(bytes, head);
    if (state === 'end' && head) {
      complete.push(finish(head, bytes[0]));
      return 1;
    }
    if (bytes[0] === lineFeed || bytes[0] === carriageReturn) return 1;
    state = 'head';
    isLineEmpty = false;
    return 0;
  }

  return {
    get heldBytes() {
      return pile.room;
    },
    read(bytes) {
      const complete: (ClientFrame | Problem)[] = [];
      try {
        for (let at = 0; at < bytes.length && state !== 'broken'; ) at += step(bytes.subarray(at), complete);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        state = 'broken';
        complete.push(error);
      }
      return complete;
    },
  };
}

function parseHead(bytes: Uint8Array, hasConnected: boolean, limits: FrameLimits): Head {
  const [command = '', ...lines] = decoder
    .decode(bytes)
    .split('\n')
    .map((line) => line.replace(/\r$/, ''));
  if (!hasConnected && !connectCommands.includes(command))
    throw new Problem('unauthenticated', 'Send CONNECT with Authorization first.');
  if (![...connectCommands, ...memberCommands].includes(command))
    throw malformed('This is no command. Use CONNECT, SUBSCRIBE, UNSUBSCRIBE, SEND or DISCONNECT.');
  // The last line is the empty one.
  const headers = lines.slice(0, -1).map(parseHeader);
  const length = headers.find(([name]) => name === 'content-length')?.[1];
  if (length !== undefined && !/^\d+$/.test(length))
    throw malformed(
      'The header content-length has to be the bytes of the body. Send the right length, or none.',
    );
  const bodyBytes = length === undefined ? undefined : Number(length);
  const head = { command, headers, headBytes: bytes.length, bodyBytes };
  requireRoom(head, bodyBytes ?? 0, limits);
  return head;
}

function parseHeader(line: string): [name: string, value: string] {
  const colon = line.indexOf(':');
  if (colon < 1) throw malformed('A header has to be a name, a colon and a value, on a line of its own.');
  return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
}

function requireRoom({ command, headBytes }: Head, bodyBytes: number, limits: FrameLimits): void {
  const isSend = command === 'SEND';
  if (headBytes + (isSend ? 0 : bodyBytes) > limits.frameBytes) throw tooLarge(limits);
  if (isSend && bodyBytes > limits.sendBodyBytes) throw tooLarge(limits);
}

const tooLarge = ({ frameBytes, sendBodyBytes }: FrameLimits): Problem =>
  new Problem(
    'too-large',
    `A frame may have ${frameBytes} bytes, and SEND a body of ${sendBodyBytes} bytes besides. Send less at once.`,
  );

/** Bytes that come in pieces. The buffer doubles, so many small pieces cost no more than one large one. */
interface Pile {
  readonly size: number;
  /** The size of the buffer in memory, in bytes. */
  readonly room: number;
  add(bytes: Uint8Array): void;
  /** All of it, once. */
  take(): Uint8Array;
}

function createPile(): Pile {
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
