/*
 * The texts that programs write into a picture's file. The page reads them itself: most pictures have none, and the
 * server would have to be asked about each.
 */

/** More is no text about a picture. */
const mostTextBytes = 4_000_000;

/** What a file says, by keyword; of EXIF the names are those of its tags. Damaged parts say nothing. */
export async function readFileTexts(file: Blob): Promise<ReadonlyMap<string, string>> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const view = new DataView(bytes.buffer);
  const texts = new Map<string, string>();
  try {
    for await (const [keyword, text] of textsOf(bytes, view))
      if (!texts.has(keyword)) texts.set(keyword, text);
  } catch (error) {
    // A file that ends too early, or a text that cannot be unpacked.
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
  }
  return texts;
}

type Text = readonly [keyword: string, text: string];

async function* textsOf(bytes: Uint8Array<ArrayBuffer>, view: DataView): AsyncGenerator<Text> {
  if (latin(bytes.subarray(1, 4)) === 'PNG') yield* textsOfPng(bytes, view);
  else if (view.getUint16(0) === 0xffd8) yield* textsOfJpeg(bytes, view);
  else if (latin(bytes.subarray(8, 12)) === 'WEBP') yield* textsOfWebp(bytes, view);
  else if (latin(bytes.subarray(0, 3)) === 'GIF') yield* findOurs(bytes);
}

const latin = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes);
const utf8 = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

async function* textsOfPng(bytes: Uint8Array<ArrayBuffer>, view: DataView): AsyncGenerator<Text> {
  for (let at = 8; at + 12 <= bytes.length; at += view.getUint32(at) + 12) {
    const type = latin(bytes.subarray(at + 4, at + 8));
    const data = bytes.subarray(at + 8, at + 8 + view.getUint32(at));
    const end = data.indexOf(0);
    if (type === 'eXIf') yield* textsOfExif(data);
    if (end <= 0) continue;
    const keyword = latin(data.subarray(0, end));
    if (type === 'tEXt') yield [keyword, latin(data.subarray(end + 1))];
    else if (type === 'zTXt') yield [keyword, latin(await inflate(data.subarray(end + 2)))];
    else if (type === 'iTXt') {
      // Two bytes for compression, then language and translated keyword, each ended by a zero.
      const text = data.subarray(data.indexOf(0, data.indexOf(0, end + 3) + 1) + 1);
      yield [keyword, utf8(data[end + 1] === 1 ? await inflate(text) : text)];
    }
  }
}

/** @throws RangeError for a text that grows without end. */
async function inflate(packed: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate'));
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const piece of chunksOf(stream)) {
    size += piece.length;
    if (size > mostTextBytes) throw new RangeError('too much text');
    pieces.push(piece);
  }
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}

/** Not every browser iterates a stream by itself. */
async function* chunksOf<Chunk>(stream: ReadableStream<Chunk>): AsyncGenerator<Chunk> {
  const reader = stream.getReader();
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
  } finally {
    await reader.cancel();
  }
}

function* textsOfJpeg(bytes: Uint8Array, view: DataView): Generator<Text> {
  const startOfScan = 0xffda;
  for (let at = 2; view.getUint16(at) !== startOfScan; at += view.getUint16(at + 2) + 2) {
    const data = bytes.subarray(at + 4, at + 2 + view.getUint16(at + 2));
    if (view.getUint16(at) === 0xffe1) yield* textsOfSegment(data);
  }
}

const exifHeader = 'Exif\0\0';

function* textsOfSegment(data: Uint8Array): Generator<Text> {
  if (latin(data.subarray(0, exifHeader.length)) === exifHeader)
    yield* textsOfExif(data.subarray(exifHeader.length));
  else yield* findOurs(data);
}

/** Ours is plain ASCII in every format. */
function* findOurs(data: Uint8Array): Generator<Text> {
  if (latin(data).includes('"platform":"star-graph"')) yield ['star-graph', ''];
}

function* textsOfWebp(bytes: Uint8Array, view: DataView): Generator<Text> {
  for (let at = 12; at + 8 <= bytes.length; ) {
    const type = latin(bytes.subarray(at, at + 4));
    const size = view.getUint32(at + 4, true);
    const data = bytes.subarray(at + 8, at + 8 + size);
    if (type === 'EXIF')
      yield* textsOfExif(latin(data.subarray(0, 6)) === exifHeader ? data.subarray(6) : data);
    if (type === 'XMP ') yield* findOurs(data);
    at += 8 + size + (size % 2);
  }
}

/** The tags that programs write their texts into, and the one that leads to more of them. */
const tags: Readonly<Record<number, string>> = { 270: 'ImageDescription', 271: 'Make', 272: 'Model' };
const userComment = 0x9286;
const moreTags = 0x8769;

function* textsOfExif(data: Uint8Array, at?: number): Generator<Text> {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const isLittle = view.getUint16(0) === 0x4949;
  const start = at ?? view.getUint32(4, isLittle);
  for (let entry = start + 2; entry < start + 2 + view.getUint16(start, isLittle) * 12; entry += 12) {
    const tag = view.getUint16(entry, isLittle);
    const size = view.getUint32(entry + 4, isLittle);
    const place = size > 4 ? view.getUint32(entry + 8, isLittle) : entry + 8;
    const value = data.subarray(place, place + size);
    if (tag === userComment) yield ['UserComment', commentOf(value)];
    else if (tags[tag] !== undefined) yield [tags[tag], utf8(value).replace(/\0+$/, '')];
    // It leads on once: a file may lead in a circle.
    else if (tag === moreTags && at === undefined)
      yield* textsOfExif(data, view.getUint32(entry + 8, isLittle));
  }
}

/** Eight letters name its encoding. A1111 writes big-endian whatever the rest of the file is. */
function commentOf(value: Uint8Array): string {
  const text = value.subarray(8);
  if (!latin(value.subarray(0, 8)).startsWith('UNICODE')) return utf8(text);
  const isLittle = text[0] !== 0 && text[1] === 0;
  return new TextDecoder(isLittle ? 'utf-16le' : 'utf-16be').decode(text);
}
