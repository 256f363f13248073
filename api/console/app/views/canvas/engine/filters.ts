import { blurPlane } from '@star-graph/ui/pictures/mask/plane';

/** What is done with the colours of a layer; each number's usual value changes nothing. */
export interface Adjustment {
  /** From -1 to 1. */
  brightness: number;
  contrast: number;
  saturation: number;
  /** What is black and what is white afterwards, from 0 to 1, and the bend between them from 0.2 to 5. */
  black: number;
  white: number;
  gamma: number;
  /** Pixels. */
  blur: number;
  /** From 0 to 2. */
  sharpen: number;
}

export const noAdjustment: Adjustment = {
  brightness: 0,
  contrast: 0,
  saturation: 0,
  black: 0,
  white: 1,
  gamma: 1,
  blur: 0,
  sharpen: 0,
};

export interface Picture {
  width: number;
  height: number;
  bytes: Uint8ClampedArray<ArrayBuffer>;
}

/** A new picture. How opaque each pixel is changes by a blur alone. */
export function adjust(picture: Picture, adjustment: Adjustment): Picture {
  const { blur, sharpen } = adjustment;
  const blurred = blur >= 1 ? blurPicture(picture, blur) : picture;
  const bytes = new Uint8ClampedArray(blurred.bytes);
  if (sharpen > 0) {
    const soft = blurPicture(blurred, 2).bytes;
    for (let at = 0; at < bytes.length; at++)
      if (at % 4 < 3) bytes[at] = (bytes[at] ?? 0) + ((bytes[at] ?? 0) - (soft[at] ?? 0)) * sharpen;
  }
  changeColours(bytes, adjustment);
  return { ...picture, bytes };
}

function changeColours(bytes: Uint8ClampedArray, adjustment: Adjustment): void {
  const { saturation } = adjustment;
  const curve = curveOf(adjustment);
  for (let at = 0; at < bytes.length; at += 4) {
    const parts = [0, 1, 2].map((part) => curve[bytes[at + part] ?? 0] ?? 0);
    const grey = greyOf(parts[0] ?? 0, parts[1] ?? 0, parts[2] ?? 0);
    for (let part = 0; part < 3; part++)
      bytes[at + part] = grey + ((parts[part] ?? 0) - grey) * (1 + saturation);
  }
}

/** What becomes of each of the 256 values. */
function curveOf({ brightness, contrast, black, white, gamma }: Adjustment): readonly number[] {
  // At the end all that is lighter than the middle is white.
  const slope = contrast >= 1 ? 1e6 : contrast > 0 ? 1 / (1 - contrast) : 1 + contrast;
  return Array.from({ length: 256 }, (_, value) => {
    const levelled = Math.min(1, Math.max(0, (value / 255 - black) / Math.max(1e-3, white - black)));
    const bent = levelled ** (1 / gamma);
    return Math.min(255, Math.max(0, ((bent - 0.5) * slope + 0.5 + brightness) * 255));
  });
}

const greyOf = (red: number, green: number, blue: number): number =>
  0.2126 * red + 0.7152 * green + 0.0722 * blue;

/** Each colour counts by its opacity, or what is empty would darken what lies beside it. */
function blurPicture({ width, height, bytes }: Picture, radius: number): Picture {
  const planes = [0, 1, 2, 3].map((part) => {
    const plane = new Uint8Array(width * height);
    for (let at = 0; at < plane.length; at++) {
      const alpha = bytes[at * 4 + 3] ?? 0;
      plane[at] = part === 3 ? alpha : Math.round(((bytes[at * 4 + part] ?? 0) * alpha) / 255);
    }
    return blurPlane({ width, height, bytes: plane }, radius).bytes;
  });
  const blurred = new Uint8ClampedArray(bytes.length);
  for (let at = 0; at < width * height; at++) {
    const alpha = planes[3]?.[at] ?? 0;
    if (alpha === 0) continue;
    for (let part = 0; part < 3; part++) blurred[at * 4 + part] = ((planes[part]?.[at] ?? 0) * 255) / alpha;
    blurred[at * 4 + 3] = alpha;
  }
  return { width, height, bytes: blurred };
}

/** Of the steepest edge of a picture, from where on an edge is a line. */
const least = 0.15;

/** White lines on black where brightness changes, as models follow them. What is empty counts as white paper. */
export function drawLines({ width, height, bytes }: Picture): Picture {
  const grey = new Float32Array(width * height);
  for (let at = 0; at < grey.length; at++) {
    const alpha = (bytes[at * 4 + 3] ?? 0) / 255;
    const [red = 0, green = 0, blue = 0] = bytes.subarray(at * 4, at * 4 + 3);
    grey[at] = greyOf(red, green, blue) * alpha + 255 * (1 - alpha);
  }
  const at = (x: number, y: number) =>
    grey[Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x))] ?? 0;
  const edges = new Float32Array(width * height);
  let most = 1;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const across =
        at(x + 1, y - 1) +
        2 * at(x + 1, y) +
        at(x + 1, y + 1) -
        at(x - 1, y - 1) -
        2 * at(x - 1, y) -
        at(x - 1, y + 1);
      const down =
        at(x - 1, y + 1) +
        2 * at(x, y + 1) +
        at(x + 1, y + 1) -
        at(x - 1, y - 1) -
        2 * at(x, y - 1) -
        at(x + 1, y - 1);
      const edge = Math.hypot(across, down);
      edges[y * width + x] = edge;
      most = Math.max(most, edge);
    }
  // A picture without any edge has no lines, rather than its noise.
  const from = Math.max(60, most * least);
  const lines = new Uint8ClampedArray(bytes.length);
  for (let index = 0; index < edges.length; index++)
    lines.set((edges[index] ?? 0) >= from ? [255, 255, 255, 255] : [0, 0, 0, 255], index * 4);
  return { width, height, bytes: lines };
}
