import { blurPlane } from '@star-graph/ui/pictures/mask/plane';

/** As they are called where browsers draw them, by ORA and by PSD alike; a colour is from 0 to 1. */
const blends = {
  multiply: (under: number, over: number) => under * over,
  screen: (under: number, over: number) => under + over - under * over,
  overlay: (under: number, over: number) => hardLight(over, under),
  darken: Math.min,
  lighten: Math.max,
  'hard-light': (under: number, over: number) => hardLight(under, over),
  'soft-light': (under: number, over: number) => {
    if (over <= 0.5) return under - (1 - 2 * over) * under * (1 - under);
    const root = under <= 0.25 ? ((16 * under - 12) * under + 4) * under : Math.sqrt(under);
    return under + (2 * over - 1) * (root - under);
  },
  difference: (under: number, over: number) => Math.abs(under - over),
};

const hardLight = (under: number, over: number): number =>
  over <= 0.5 ? under * 2 * over : under + (2 * over - 1) - under * (2 * over - 1);

export type BlendMode = keyof typeof blends;
export const blendModes = Object.keys(blends) as BlendMode[];

/** Lays pixels over others, both with their colours apart from their opacity. Where nothing is laid nothing changes. */
export function layOver(
  below: Uint8ClampedArray,
  above: Uint8ClampedArray,
  opacity = 1,
  mode?: BlendMode,
): void {
  if (mode) {
    blendOver(below, above, opacity, blends[mode]);
    return;
  }
  for (let at = 0; at < below.length; at += 4) {
    const alpha = Math.round((above[at + 3] ?? 0) * opacity);
    if (alpha === 0) continue;
    const under = below[at + 3] ?? 0;
    if (alpha === 255 || under === 0) {
      for (let part = 0; part < 3; part++) below[at + part] = above[at + part] ?? 0;
      below[at + 3] = alpha;
      continue;
    }
    // In 255ths of 255ths, so that nothing is rounded before the end.
    const rest = under * (255 - alpha);
    const sum = alpha * 255 + rest;
    for (let part = 0; part < 3; part++)
      below[at + part] = ((above[at + part] ?? 0) * alpha * 255 + (below[at + part] ?? 0) * rest) / sum;
    below[at + 3] = sum / 255;
  }
}

/** Where nothing lies below there is nothing to blend with, and half as much where what lies there is half there. */
function blendOver(
  below: Uint8ClampedArray,
  above: Uint8ClampedArray,
  opacity: number,
  blend: (under: number, over: number) => number,
): void {
  for (let at = 0; at < below.length; at += 4) {
    const over = ((above[at + 3] ?? 0) * opacity) / 255;
    if (over === 0) continue;
    const under = (below[at + 3] ?? 0) / 255;
    const sum = over + under - over * under;
    for (let part = 0; part < 3; part++) {
      const [a, b] = [(below[at + part] ?? 0) / 255, (above[at + part] ?? 0) / 255];
      const mixed = over * (1 - under) * b + over * under * blend(a, b) + (1 - over) * under * a;
      below[at + part] = (mixed / sum) * 255;
    }
    below[at + 3] = sum * 255;
  }
}

/** From where on a pixel counts as there, and a place as masked. */
const enough = 128;

/** What lies in a frame, and where it is to be redrawn: 255 or 0 for each pixel. */
export interface Situation {
  width: number;
  height: number;
  /** Where nothing lies. */
  holes: Uint8Array;
  masked: Uint8Array;
}

export function readSituation(
  { width, height }: { width: number; height: number },
  pixels: Uint8ClampedArray,
  mask: Uint8ClampedArray,
): Situation {
  const holes = new Uint8Array(width * height);
  const masked = new Uint8Array(width * height);
  for (let at = 0; at < holes.length; at++) {
    holes[at] = (pixels[at * 4 + 3] ?? 0) < enough ? 255 : 0;
    masked[at] = (mask[at * 4 + 3] ?? 0) >= enough ? 255 : 0;
  }
  return { width, height, holes, masked };
}

/** Everything that is drawn anew. */
export const redrawnOf = ({ holes, masked }: Situation): Uint8Array =>
  holes.map((hole, at) => hole | (masked[at] ?? 0));

/** A blur of this reach makes a redrawn part full some three times as far inside its edge. */
const softPixels = 4;

/**
 * How much of a result is shown at each pixel: nothing at all outside of what is redrawn, and within it full but for a
 * soft edge where a picture goes on beside it. Where nothing lies below, there is nothing to blend with.
 */
export function coverOf({ width, height, holes }: Situation, redrawn: Uint8Array): Uint8Array {
  const soft = blurPlane({ width, height, bytes: Uint8Array.from(redrawn) }, softPixels);
  return redrawn.map((value, at) => {
    if (value === 0) return 0;
    if (holes[at] === 255) return 255;
    return Math.max(0, Math.min(255, ((soft.bytes[at] ?? 0) - 127) * 2));
  });
}

/** A result as far as it is shown. */
export function cutOut(result: Uint8ClampedArray, cover: Uint8Array): Uint8ClampedArray<ArrayBuffer> {
  const cut = new Uint8ClampedArray(result);
  for (let at = 0; at < cover.length; at++)
    cut[at * 4 + 3] = Math.round(((cut[at * 4 + 3] ?? 0) * (cover[at] ?? 0)) / 255);
  return cut;
}

/** What models are given: they see no opacity. Holes have the mean colour of the rest, what is thin lies on white. */
export function flattenOpaque(pixels: Uint8ClampedArray, { holes }: Pick<Situation, 'holes'>): void {
  const mean = meanColour(pixels, holes);
  for (let at = 0; at < holes.length; at++) {
    const alpha = pixels[at * 4 + 3] ?? 0;
    const isHole = holes[at] === 255;
    for (let part = 0; part < 3; part++) {
      const colour = pixels[at * 4 + part] ?? 0;
      pixels[at * 4 + part] = isHole ? (mean[part] ?? 0) : (colour * alpha + 255 * (255 - alpha)) / 255;
    }
    pixels[at * 4 + 3] = 255;
  }
}

function meanColour(pixels: Uint8ClampedArray, holes: Uint8Array): number[] {
  const sums = [0, 0, 0];
  let count = 0;
  for (let at = 0; at < holes.length; at++) {
    if (holes[at] === 255) continue;
    count += 1;
    for (let part = 0; part < 3; part++) sums[part] = (sums[part] ?? 0) + (pixels[at * 4 + part] ?? 0);
  }
  return sums.map((sum) => (count === 0 ? 127 : Math.round(sum / count)));
}
