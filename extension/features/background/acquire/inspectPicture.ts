/** The format by the bytes; the file name and the server's Content-Type do not count. */
type PictureKind = 'png' | 'jpeg' | 'webp' | 'gif' | 'avif' | 'svg' | 'other';

const headBytes = 4_096;

const startsWith = (bytes: Uint8Array, text: string, at = 0): boolean =>
  [...text].every((character, index) => bytes[at + index] === character.charCodeAt(0));

/** By the signature. `other` is a format that the server does not accept, or no picture at all. */
export function findKind(head: Uint8Array): PictureKind {
  if (startsWith(head, '\x89PNG\r\n\x1a\n')) return 'png';
  if (startsWith(head, '\xff\xd8\xff')) return 'jpeg';
  if (startsWith(head, 'RIFF') && startsWith(head, 'WEBP', 8)) return 'webp';
  if (startsWith(head, 'GIF8')) return 'gif';
  if (startsWith(head, 'ftyp', 4) && /avi[fs]/.test(latin1(head.subarray(8, 32)))) return 'avif';
  const text = latin1(head).replace(/^\xef\xbb\xbf/, '');
  return /^\s*(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)*(<!DOCTYPE svg[\s\S]*?>\s*)?<svg[\s>]/i.test(text)
    ? 'svg'
    : 'other';
}

/** Whether it is animated. A GIF is read whole: it has no frame count. */
export function isAnimated(kind: PictureKind, bytes: Uint8Array): boolean {
  if (kind === 'gif') return countGifFrames(bytes) > 1;
  const head = latin1(bytes.subarray(0, headBytes));
  if (kind === 'webp') return startsWith(bytes, 'VP8X', 12) && ((bytes[20] ?? 0) & 0x02) !== 0;
  if (kind === 'avif') return head.slice(8, 12) === 'avis';
  return kind === 'png' && head.includes('acTL');
}

/** Walks the blocks as GIF89a lays them out; stops at the second frame. */
function countGifFrames(bytes: Uint8Array): number {
  const colourTable = (flags: number) => (flags & 0x80 ? 3 << ((flags & 7) + 1) : 0);
  let at = 13 + colourTable(bytes[10] ?? 0);
  let frames = 0;
  const skipSubBlocks = () => {
    for (let size = bytes[at]; size; size = bytes[at]) at += size + 1;
    at += 1;
  };
  while (at < bytes.length && frames < 2) {
    const block = bytes[at];
    if (block === 0x21) at += 2;
    else if (block === 0x2c) {
      frames += 1;
      at += 11 + colourTable(bytes[at + 9] ?? 0);
    } else break;
    skipSubBlocks();
  }
  return frames;
}

const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes.subarray(0, headBytes));
