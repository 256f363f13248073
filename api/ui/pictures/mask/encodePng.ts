/** Rows that are compressed at a time. */
const rowsAtOnce = 64;

interface Size {
  width: number;
  height: number;
}

type ReadRow = (row: number) => Uint8Array | Uint8ClampedArray;

/**
 * A PNG with one channel, eight bits a pixel. A canvas makes four channels of it and needs all of its pixels at once,
 * which a phone does not have for a large picture; this one passes row by row.
 * @throws when the browser ends the work, such as for want of memory
 */
export const encodeGreyPng = (size: Size, readRow: ReadRow): Promise<Blob> => encodePng(size, 1, readRow);

/** The same with colours and opacity, to the byte: a canvas would round colours that are hardly seen. */
export const encodeColourPng = (size: Size, readRow: ReadRow): Promise<Blob> => encodePng(size, 4, readRow);

async function encodePng({ width, height }: Size, channels: 1 | 4, readRow: ReadRow): Promise<Blob> {
  const parts = [signature, chunk('IHDR', header(width, height, channels))];
  const pull = pullRows({ bytes: width * channels, height, channels }, readRow);
  const rows = new ReadableStream<Uint8Array<ArrayBuffer>>({ pull });
  const reader = rows.pipeThrough(new CompressionStream('deflate')).getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read())
    parts.push(chunk('IDAT', next.value));
  parts.push(chunk('IEND', new Uint8Array()));
  return new Blob(parts, { type: 'image/png' });
}

export const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

function header(width: number, height: number, channels: 1 | 4): Uint8Array {
  const bytes = new Uint8Array(13);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  // Eight bits, greyscale or colours with opacity, and the only methods that there are.
  bytes.set([8, channels === 1 ? 0 : 6, 0, 0, 0], 8);
  return bytes;
}

/** Of colours each byte is told by its difference to the pixel before, which is mostly small. */
function pullRows(
  { bytes: length, height, channels }: { bytes: number; height: number; channels: 1 | 4 },
  readRow: ReadRow,
) {
  let row = 0;
  return (controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>) => {
    const count = Math.min(rowsAtOnce, height - row);
    if (count <= 0) return controller.close();
    const bytes = new Uint8Array(count * (length + 1));
    for (let index = 0; index < count; index++) {
      const line = readRow(row + index);
      const start = index * (length + 1);
      // The first byte of each line is its filter: none, or the difference.
      bytes[start] = channels === 1 ? 0 : 1;
      bytes.set(line, start + 1);
      if (channels === 4)
        for (let at = length - 1; at >= 4; at--)
          bytes[start + 1 + at] = (line[at] ?? 0) - (line[at - 4] ?? 0);
    }
    row += count;
    controller.enqueue(bytes);
  };
}

/** Length, type, data, and the checksum of type and data. */
function chunk(type: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(data.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(data, 8);
  view.setUint32(data.length + 8, crc32(bytes.subarray(4, data.length + 8)));
  return bytes;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crcTable[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
