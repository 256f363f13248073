import { open, stat } from 'node:fs/promises';
import { DamagedFile } from '../metadata/rewrittenFile.ts';

const elementId = { header: 0x1a45dfa3, segment: 0x18538067 };
const mostHeaderBytes = 4096;

interface Element {
  id: number;
  dataStart: number;
  /** Undefined: to the end of the file, as when written while streaming. */
  dataBytes: number | undefined;
}

/**
 * Throws `DamagedFile` if a WebM ends before its segment does (RFC 8794, RFC 9559 §4.5). Decoding does not notice:
 * for the demuxer a file that stops between two clusters is a shorter one.
 */
export async function requireWholeWebm(file: string): Promise<void> {
  const { size } = await stat(file);
  const head = await readHead(file);
  const header = readElement(head, 0);
  if (header.id !== elementId.header || header.dataBytes === undefined)
    throw new DamagedFile('no EBML header');
  const segment = readElement(head, header.dataStart + header.dataBytes);
  if (segment.id !== elementId.segment) throw new DamagedFile('no segment behind the EBML header');
  if (segment.dataBytes === undefined || segment.dataStart + segment.dataBytes <= size) return;
  throw new DamagedFile(`ends at byte ${size} of ${segment.dataStart + segment.dataBytes}`);
}

async function readHead(file: string): Promise<Buffer> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(mostHeaderBytes), 0, mostHeaderBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Four bytes of id for both elements, then the size. */
function readElement(head: Buffer, start: number): Element {
  if (start + 5 > head.length) throw new DamagedFile('ends inside its header');
  const sizeStart = start + 4;
  // The number of leading zero bits says how many bytes follow; the marker bit is not part of the number.
  const extraBytes = Math.clz32(head.readUInt8(sizeStart)) - 24;
  if (extraBytes > 7 || sizeStart + extraBytes >= head.length) throw new DamagedFile('bad element size');
  let size = BigInt(head.readUInt8(sizeStart) & (0x7f >> extraBytes));
  for (const byte of head.subarray(sizeStart + 1, sizeStart + 1 + extraBytes))
    size = (size << 8n) | BigInt(byte);
  const isUnknown = size === (1n << BigInt(7 * (extraBytes + 1))) - 1n;
  return {
    id: head.readUInt32BE(start),
    dataStart: sizeStart + 1 + extraBytes,
    dataBytes: isUnknown ? undefined : Number(size),
  };
}
