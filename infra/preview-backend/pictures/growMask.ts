import { loadPicture, type Picture } from './picture.ts';

/** A mask whose selected part reaches this many pixels further; a negative number takes away from it. */
export async function growMask(mask: Picture, pixels: number): Promise<Picture> {
  const { width, height, pixels: source } = await loadPicture(mask);
  const reach = Math.abs(Math.trunc(pixels));
  if (reach === 0) return mask;
  const better = pixels > 0 ? Math.max : Math.min;
  // A square neighbourhood is its row and its column one after the other.
  const pass = (from: Buffer, stride: number, length: number, lines: number, lineStride: number): Buffer => {
    const to = Buffer.allocUnsafe(from.length);
    for (let line = 0; line < lines; line++) {
      for (let at = 0; at < length; at++) {
        let value = from[line * lineStride + at * stride] ?? 0;
        const last = Math.min(length - 1, at + reach);
        for (let near = Math.max(0, at - reach); near <= last; near++) {
          value = better(value, from[line * lineStride + near * stride] ?? 0);
        }
        to[line * lineStride + at * stride] = value;
      }
    }
    return to;
  };
  const rows = pass(source, 1, width, height, width);
  return { width, height, channels: 1, pixels: pass(rows, width, height, width, 1) };
}
