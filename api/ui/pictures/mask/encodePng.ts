/** Rows that are compressed at a time. */
const rowsAtOnce = 64;

/**
 * A PNG with one channel, eight bits a pixel. A canvas makes four channels of it and needs all of its pixels at once,
 * which a phone does not have for a large picture; this one passes row by row.
 * @throws when the browser ends the work, such as for want of memory
 */
export async function encodeGreyPng(
  { width, height }: { width: number; height: number },
  readRow: (row: number) => Uint8Array,
): Promise<Blob> {
  const parts = [signature, chunk('IHDR', header(width, height))];
  const rows = new ReadableStream<Uint8Array<ArrayBuffer>>({ pull: pullRows(width, height, readRow) });
  const reader = rows.pipeThrough(new CompressionStream('deflate')).getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read())
    parts.push(chunk('IDAT', next.value));
  parts.push(chunk('IEND', new Uint8Array()));
  return new Blob(parts, { type: 'image/png' });
}

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

function header(width: number, height: number): Uint8Array {
  const bytes = new Uint8Array(13);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  // Eight bits, greyscale, and the only methods that there are.
  bytes.set([8, 0, 0, 0, 0], 8);
  return bytes;
}

function pullRows(width: number, height: number, readRow: (row: number) => Uint8Array) {
  let row = 0;
  return (controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>) => {
    const count = Math.min(rowsAtOnce, height - row);
    if (count <= 0) return controller.close();
    const bytes = new Uint8Array(count * (width + 1));
    // The first byte of each line is its filter: none.
    for (let index = 0; index < count; index++) bytes.set(readRow(row + index), index * (width + 1) + 1);
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
