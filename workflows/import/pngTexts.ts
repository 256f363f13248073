import { inflateSync } from 'node:zlib';
import { requirePart, UnreadableFile } from './unreadableFile.ts';

const signatureBytes = 8;

/**
 * Texts of a PNG file (third edition, §11.3.3), and of `comf`, in which ComfyUI writes into animations. Compressed ones
 * grow to `mostBytes` at most.
 */
export function* readPngTexts(file: Buffer, mostBytes: number): Generator<readonly [string, string]> {
  for (let start = signatureBytes; start < file.length; ) {
    const length = requirePart(file, start, 8).readUInt32BE(0);
    const type = file.toString('latin1', start + 4, start + 8);
    const data = requirePart(file, start + 8, length);
    start += length + 12;
    if (type === 'IEND') return;
    const text = readText(type, data, mostBytes);
    if (text) yield text;
  }
}

function readText(type: string, data: Buffer, mostBytes: number): readonly [string, string] | undefined {
  const end = data.indexOf(0);
  if (end < 0) return undefined;
  const keyword = data.toString('latin1', 0, end);
  const rest = data.subarray(end + 1);
  switch (type) {
    case 'tEXt':
    case 'comf':
      return [keyword, rest.toString('latin1')];
    case 'zTXt':
      return [keyword, inflate(rest.subarray(1), mostBytes).toString('latin1')];
    case 'iTXt': {
      const language = rest.indexOf(0, 2) + 1;
      const text = rest.subarray(rest.indexOf(0, language) + 1);
      return [keyword, (rest[0] === 1 ? inflate(text, mostBytes) : text).toString('utf8')];
    }
    default:
      return undefined;
  }
}

function inflate(data: Buffer, mostBytes: number): Buffer {
  try {
    return inflateSync(data, { maxOutputLength: mostBytes });
  } catch (error) {
    throw new UnreadableFile('A text in this picture is damaged, or too large when it is unpacked.', {
      cause: error,
    });
  }
}
