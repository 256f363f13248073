import { Problem } from '@star-graph/core/errors';
import { FrameImpl, type IRawFrameType, Parser } from '@stomp/stompjs';

export interface ClientFrame {
  command: string;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
}

export interface FrameReader {
  /**
   * Takes what one WebSocket message carried: frames, parts of frames, heart-beats.
   * @returns the frames that are complete now.
   * @throws Problem `too-large`, after which the reader is of no more use.
   */
  read(bytes: Uint8Array, limits: FrameLimits): ClientFrame[];
}

export interface FrameLimits {
  frameBytes: number;
  sendBodyBytes: number;
}

/** The parser keeps eight bytes for each it has not finished with, so it is fed and measured in slices. */
const sliceBytes = 16 * 1024;
const encoder = new TextEncoder();

/** STOMP frames from bytes, with bounds on what an unfinished frame may hold in memory. */
export function createFrameReader(): FrameReader {
  let unfinishedBytes = 0;
  let complete: IRawFrameType[] = [];
  const parser = new Parser(
    (frame) => {
      unfinishedBytes = 0;
      complete.push(frame);
    },
    () => {
      unfinishedBytes = 0;
    },
  );
  return {
    read(bytes, limits) {
      for (let start = 0; start < bytes.length; start += sliceBytes) {
        const slice = bytes.subarray(start, start + sliceBytes);
        unfinishedBytes += slice.length;
        parser.parseChunk(slice as unknown as ArrayBuffer, false);
        if (unfinishedBytes > limits.frameBytes + limits.sendBodyBytes) throw tooLarge(limits);
      }
      const frames = complete;
      complete = [];
      return frames.map((frame) => toClientFrame(frame, limits));
    },
  };
}

function toClientFrame(raw: IRawFrameType, limits: FrameLimits): ClientFrame {
  const body = raw.binaryBody ?? new Uint8Array();
  let headBytes = raw.command?.length ?? 0;
  for (const [name, value] of raw.headers) {
    headBytes += encoder.encode(name).length + encoder.encode(value).length + 2;
  }
  const isSend = raw.command === 'SEND';
  if (headBytes + (isSend ? 0 : body.length) > limits.frameBytes) throw tooLarge(limits);
  if (isSend && body.length > limits.sendBodyBytes) throw tooLarge(limits);
  const { command, headers } = FrameImpl.fromRawFrame(raw, true);
  return { command, headers, body };
}

const tooLarge = ({ frameBytes, sendBodyBytes }: FrameLimits): Problem =>
  new Problem(
    'too-large',
    `A frame may have ${frameBytes} bytes, and SEND a body of ${sendBodyBytes} bytes besides. Send less at once.`,
  );
