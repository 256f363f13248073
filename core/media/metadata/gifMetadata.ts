import { DamagedFile, type MetadataRewriter, requireBytes } from './rewrittenFile.ts';

/** GIF89a, section numbers of its specification. */
interface GifBlock {
  kind: 'comment' | 'application' | 'other';
  whole: Buffer;
}

const introducer = { extension: 0x21, image: 0x2c, trailer: 0x3b };
const label = { comment: 0xfe, application: 0xff };
const start = 'star-graph ';
const mostSubBlockBytes = 255;

export const gifMetadata: MetadataRewriter = {
  rewrite(file, { provenanceText }) {
    const { head, blocks } = readBlocks(file);
    const kept = blocks.filter(
      ({ kind, whole }) => kind === 'other' || (kind === 'application' && isLoop(whole)),
    );
    const version = Buffer.from('GIF89a', 'latin1');
    const trailer = Buffer.from([introducer.trailer]);
    return [version, head, createComment(provenanceText), ...kept.map(({ whole }) => whole), trailer];
  },
  findProvenanceText(file) {
    for (const { kind, whole } of readBlocks(file).blocks) {
      const text = kind === 'comment' ? joinSubBlocks(whole).toString('latin1') : '';
      if (text.startsWith(start)) return text.slice(start.length);
    }
    return undefined;
  },
};

/** The loop count of animations; other applications' blocks carry XMP and the like. */
function isLoop(whole: Buffer): boolean {
  return ['NETSCAPE2.0', 'ANIMEXTS1.0'].includes(whole.toString('latin1', 3, 14));
}

function readBlocks(file: Buffer): { head: Buffer; blocks: GifBlock[] } {
  if (!/^GIF8[79]a$/.test(requireBytes(file, 0, 6).toString('latin1'))) throw new DamagedFile('no GIF start');
  const screenBytes = 7 + colourTableBytes(requireBytes(file, 6, 7).readUInt8(4));
  const head = requireBytes(file, 6, screenBytes);
  const blocks: GifBlock[] = [];
  for (let at = 6 + screenBytes; ; ) {
    const kind = requireBytes(file, at, 1).readUInt8(0);
    if (kind === introducer.trailer) return { head, blocks };
    const end = kind === introducer.image ? endOfImage(file, at) : endOfExtension(file, at, kind);
    const whole = file.subarray(at, end);
    blocks.push({ kind: kindOf(whole), whole });
    at = end;
  }
}

function kindOf(whole: Buffer): GifBlock['kind'] {
  if (whole[0] !== introducer.extension) return 'other';
  if (whole[1] === label.comment) return 'comment';
  return whole[1] === label.application ? 'application' : 'other';
}

function endOfExtension(file: Buffer, at: number, kind: number): number {
  if (kind !== introducer.extension) throw new DamagedFile(`unknown GIF block ${kind}`);
  return endOfSubBlocks(file, at + 2);
}

/** Section 20: a descriptor of 10 bytes, a colour table if it says so, the code size, the data. */
function endOfImage(file: Buffer, at: number): number {
  const flags = requireBytes(file, at, 10).readUInt8(9);
  return endOfSubBlocks(file, at + 10 + colourTableBytes(flags) + 1);
}

function colourTableBytes(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 0x07) + 1) : 0;
}

function endOfSubBlocks(file: Buffer, start: number): number {
  for (let at = start; ; ) {
    const bytes = requireBytes(file, at, 1).readUInt8(0);
    at += 1 + bytes;
    if (bytes === 0) return at;
  }
}

function joinSubBlocks(whole: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 2; ; ) {
    const bytes = whole.readUInt8(at);
    if (bytes === 0) return Buffer.concat(parts);
    parts.push(whole.subarray(at + 1, at + 1 + bytes));
    at += 1 + bytes;
  }
}

function createComment(text: string): Buffer {
  const data = Buffer.from(start + text, 'latin1');
  const parts = [Buffer.from([introducer.extension, label.comment])];
  for (let at = 0; at < data.length; at += mostSubBlockBytes) {
    const part = data.subarray(at, at + mostSubBlockBytes);
    parts.push(Buffer.from([part.length]), part);
  }
  return Buffer.concat([...parts, Buffer.from([0])]);
}
