import type { MemoryPicture } from '../pictures/picture.ts';

/** The share of a picture's pixels that count as its edges: those where it changes most. */
const edgeShare = 0.1;

/** Peak signal to noise of two pictures of one size in decibels, over all pixels or those that are listed. */
export function psnr(a: MemoryPicture, b: MemoryPicture, pixels?: readonly number[]): number {
  const listed = pixels ?? Array.from({ length: a.width * a.height }, (_, at) => at);
  let squares = 0;
  for (const at of listed) {
    for (let sample = at * 3; sample < at * 3 + 3; sample++) {
      squares += ((a.pixels[sample] ?? 0) - (b.pixels[sample] ?? 0)) ** 2;
    }
  }
  return 10 * Math.log10(255 ** 2 / (squares / (listed.length * 3)));
}

/** PSNR where the original has its edges. */
export function edgeFidelity(original: MemoryPicture, enlarged: MemoryPicture): number {
  return psnr(original, enlarged, findEdges(slopes(original)));
}

/** How steep the original's edges are in the other picture: 1 is as steep, less is softer. */
export function steepness(original: MemoryPicture, enlarged: MemoryPicture): number {
  const [was, is] = [slopes(original), slopes(enlarged)];
  const sumAt = (from: Float64Array): number => findEdges(was).reduce((sum, at) => sum + (from[at] ?? 0), 0);
  return sumAt(is) / sumAt(was);
}

/** The magnitude of Sobel's gradient of the luma; 0 at the border. */
function slopes({ width, height, pixels }: MemoryPicture): Float64Array {
  const luma = (at: number): number =>
    0.299 * (pixels[at * 3] ?? 0) + 0.587 * (pixels[at * 3 + 1] ?? 0) + 0.114 * (pixels[at * 3 + 2] ?? 0);
  const slope = new Float64Array(width * height);
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const along = (step: number, across: number): number =>
        [-across, 0, across].reduce(
          (sum, beside) =>
            sum + (beside === 0 ? 2 : 1) * (luma(at + step + beside) - luma(at - step + beside)),
          0,
        );
      slope[at] = Math.hypot(along(1, width), along(width, 1));
    }
  }
  return slope;
}

function findEdges(slope: Float64Array): number[] {
  const sorted = slope.toSorted((a, b) => b - a);
  const least = sorted[Math.floor(sorted.length * edgeShare)] ?? 0;
  return [...slope.keys()].filter((at) => (slope[at] ?? 0) > least);
}
