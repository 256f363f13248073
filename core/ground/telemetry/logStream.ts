import { writeSync } from 'node:fs';
import type { DestinationStream } from 'pino';
import { defineCounter } from './define.ts';

const droppedLines = defineCounter({
  name: 'star_graph_log_lines_dropped_total',
  help: 'Lines of the log that could not be written, as on a full disk, and are lost',
});

/** A reader that stands still, such as a full pipe, has so much kept for it. */
const mostKeptBytes = 1_000_000;
const retryAfterMs = 100;
/** How often the last lines of an ending process are tried. */
const lastTries = 10;

export interface Lost {
  lines: number;
  /** The code of the last fault, such as ENOSPC. */
  code: string;
}

interface LogStream extends DestinationStream {
  /** Writes what is kept for a reader that stands still, and waits for it a second at most. */
  flushSync(): void;
}

/**
 * Writes lines to a descriptor, and never waits for it but at the end: pino's own stream repeats a line that met a full
 * disk in a loop that sleeps, and the process then does nothing else. A line that cannot be written is dropped and
 * counted.
 * @param onWritable told once a line was written again, of those that were lost before it.
 */
export function createLogStream(
  fd: number,
  onWritable: (lost: Lost) => void,
  write: (fd: number, bytes: Uint8Array) => number = writeSync,
): LogStream {
  let kept: Buffer = Buffer.alloc(0);
  let lost: Lost = { lines: 0, code: '' };
  /** The rest of a line was dropped: the next one begins anew. */
  let isTorn = false;
  let timer: NodeJS.Timeout | undefined;

  function drop(line: Uint8Array, code: string): void {
    const lines = line.filter((byte) => byte === lineEnd).length;
    droppedLines.inc(lines);
    lost = { lines: lost.lines + lines, code };
  }

  /** @returns what the descriptor does not take now. */
  function pour(bytes: Buffer): Buffer {
    let rest = bytes;
    try {
      while (rest.length > 0) {
        const written = write(fd, rest);
        isTorn = rest[written - 1] !== lineEnd;
        rest = rest.subarray(written);
      }
      return rest;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
      if (code === 'EAGAIN') return rest;
      drop(rest, code);
      return Buffer.alloc(0);
    }
  }

  function writeKept(): void {
    clearTimeout(timer);
    timer = undefined;
    kept = pour(kept);
    if (kept.length === 0) return;
    timer = setTimeout(writeKept, retryAfterMs);
    timer.unref();
  }

  return {
    write(text) {
      const line = Buffer.from(text);
      if (kept.length > 0) {
        if (kept.length + line.length > mostKeptBytes) return drop(line, 'EAGAIN');
        kept = Buffer.concat([kept, line]);
        return;
      }
      const before = lost;
      kept = pour(isTorn ? Buffer.concat([Buffer.of(lineEnd), line]) : line);
      if (kept.length > 0) writeKept();
      if (before.lines === 0 || lost !== before) return;
      lost = { lines: 0, code: '' };
      onWritable(before);
    },
    flushSync() {
      for (let tries = 0; kept.length > 0 && tries < lastTries; tries += 1) {
        if (tries > 0) Atomics.wait(waiting, 0, 0, retryAfterMs);
        kept = pour(kept);
      }
    },
  };
}

const lineEnd = 0x0a;
const waiting = new Int32Array(new SharedArrayBuffer(4));
