import { requirePart } from './unreadableFile.ts';

interface Box {
  type: string;
  /** As a number, which the entries of `ilst` have for a type. */
  number: number;
  data: Buffer;
}

/** Boxes that hold the texts, from the outside in; `meta` of the ISO form begins with four bytes of version. */
const around = new Set(['moov', 'udta', 'meta']);

/** Texts that ffmpeg writes into an mp4 file under names of any kind: `keys` lists the names, `ilst` the values. */
export function* readMp4Texts(file: Buffer): Generator<readonly [string, string]> {
  for (const meta of findMetas(file)) {
    const boxes = listBoxes(meta);
    const keys = readKeys(boxes.find(({ type }) => type === 'keys')?.data);
    for (const { number, data } of listBoxes(
      boxes.find(({ type }) => type === 'ilst')?.data ?? Buffer.alloc(0),
    )) {
      const value = listBoxes(data).find(({ type }) => type === 'data')?.data;
      const key = keys[number - 1];
      // Kind and language stand before the text.
      if (key !== undefined && value) yield [key, value.toString('utf8', 8)];
    }
  }
}

function* findMetas(data: Buffer, depth = 0): Generator<Buffer> {
  for (const box of listBoxes(data)) {
    if (!around.has(box.type) || depth > around.size) continue;
    if (box.type === 'meta') {
      const isIso = box.data.length >= 4 && box.data.readUInt32BE(0) === 0;
      yield isIso ? box.data.subarray(4) : box.data;
    } else yield* findMetas(box.data, depth + 1);
  }
}

function listBoxes(data: Buffer): Box[] {
  const boxes: Box[] = [];
  for (let start = 0; start + 8 <= data.length; ) {
    const short = data.readUInt32BE(start);
    const isLong = short === 1;
    const size = isLong
      ? Number(requirePart(data, start + 8, 8).readBigUInt64BE(0))
      : short || data.length - start;
    const head = isLong ? 16 : 8;
    const content = requirePart(data, start + head, size - head);
    const number = data.readUInt32BE(start + 4);
    boxes.push({ type: data.toString('latin1', start + 4, start + 8), number, data: content });
    start += size;
  }
  return boxes;
}

function readKeys(data: Buffer | undefined): string[] {
  const keys: string[] = [];
  for (let start = 8; data && start + 8 <= data.length; ) {
    const size = data.readUInt32BE(start);
    keys.push(requirePart(data, start + 8, size - 8).toString('utf8'));
    start += size;
  }
  return keys;
}
