/** A mask as one byte a pixel: 0 stays, 255 is drawn anew. */
export interface Plane {
  width: number;
  height: number;
  bytes: Uint8Array<ArrayBuffer>;
}

/** The working size: at most as many pixels as a phone draws without delay, whatever the picture has. */
const mostPixels = 2048 * 2048;

/** Working pixels for each pixel of the picture. */
export const workingScale = (picture: { width: number; height: number }): number =>
  Math.min(1, Math.sqrt(mostPixels / (picture.width * picture.height)));

/** Anti-aliased edges belong to the area beside them, so that no thin line is left between. */
const covered = 250;
const bare = 5;

/**
 * Paints the area around a place up to what is painted already, or wipes what is painted there.
 * @returns whether anything changed
 */
export function fillArea({ width, height, bytes }: Plane, x: number, y: number, isErasing: boolean): boolean {
  const [startX, startY] = [Math.floor(x), Math.floor(y)];
  if (startX < 0 || startY < 0 || startX >= width || startY >= height) return false;
  const isOpen = (at: number) => (isErasing ? (bytes[at] ?? 0) > bare : (bytes[at] ?? 255) < covered);
  const value = isErasing ? 0 : 255;
  const waiting = [startY * width + startX];
  if (!isOpen(waiting[0] ?? 0)) return false;
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (!isOpen(at)) continue;
    const row = at - (at % width);
    let left = at;
    while (left > row && isOpen(left - 1)) left--;
    let right = at;
    while (right < row + width - 1 && isOpen(right + 1)) right++;
    bytes.fill(value, left, right + 1);
    for (const next of [left - width, left + width]) {
      if (next < 0 || next >= bytes.length) continue;
      for (let place = next; place <= next + right - left; place++)
        // Only the first place of each open run: the run is filled from there.
        if (isOpen(place) && (place === next || !isOpen(place - 1))) waiting.push(place);
    }
  }
  return true;
}

/** What a picture shows, four bytes a pixel. */
export interface Pixels {
  width: number;
  height: number;
  data: Uint8ClampedArray;
}

/**
 * Paints, or wipes, what hangs together around a place and has its colour.
 * @param tolerance how far any channel may be from the place's own, from 0 to 1
 * @returns whether there is such a place
 */
export function fillColour(
  { width, height, bytes }: Plane,
  pixels: Pixels,
  place: { x: number; y: number; tolerance: number; isErasing: boolean },
): boolean {
  const [startX, startY] = [Math.floor(place.x), Math.floor(place.y)];
  if (startX < 0 || startY < 0 || startX >= width || startY >= height) return false;
  if (pixels.width !== width || pixels.height !== height) return false;
  const { data } = pixels;
  const seed = (startY * width + startX) * 4;
  const most = place.tolerance * 255;
  const isLike = (at: number) =>
    Math.abs((data[at * 4] ?? 0) - (data[seed] ?? 0)) <= most &&
    Math.abs((data[at * 4 + 1] ?? 0) - (data[seed + 1] ?? 0)) <= most &&
    Math.abs((data[at * 4 + 2] ?? 0) - (data[seed + 2] ?? 0)) <= most &&
    Math.abs((data[at * 4 + 3] ?? 0) - (data[seed + 3] ?? 0)) <= most;
  const liked = { width, height, bytes: new Uint8Array(width * height) };
  for (let at = 0; at < liked.bytes.length; at++) if (!isLike(at)) liked.bytes[at] = 255;
  // What is not alike is a wall to the fill.
  const walls = liked.bytes.slice();
  fillArea(liked, startX, startY, false);
  for (let at = 0; at < bytes.length; at++)
    if (walls[at] === 0 && liked.bytes[at] === 255) bytes[at] = place.isErasing ? 0 : 255;
  return true;
}

/** Makes edges fade: three passes of a mean, which is near a Gaussian. What touches the picture's edge stays full there. */
export function blurPlane(plane: Plane, radius: number): Plane {
  const reach = Math.round(radius);
  if (reach < 1) return plane;
  let bytes = plane.bytes;
  for (let pass = 0; pass < 3; pass++) {
    bytes = meanAlong(
      bytes,
      { count: plane.height, length: plane.width, stride: plane.width, step: 1 },
      reach,
    );
    bytes = meanAlong(
      bytes,
      { count: plane.width, length: plane.height, stride: 1, step: plane.width },
      reach,
    );
  }
  return { ...plane, bytes };
}

interface Lines {
  count: number;
  length: number;
  /** From one line to the next, and from one byte of a line to the next. */
  stride: number;
  step: number;
}

function meanAlong(
  bytes: Uint8Array<ArrayBuffer>,
  { count, length, stride, step }: Lines,
  reach: number,
): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(bytes.length);
  const size = 2 * reach + 1;
  for (let line = 0; line < count; line++) {
    const start = line * stride;
    const at = (index: number) => bytes[start + Math.min(length - 1, Math.max(0, index)) * step] ?? 0;
    let sum = 0;
    for (let index = -reach; index <= reach; index++) sum += at(index);
    for (let index = 0; index < length; index++) {
      result[start + index * step] = Math.round(sum / size);
      sum += at(index + reach + 1) - at(index - reach);
    }
  }
  return result;
}

/** The part of the picture that is drawn anew, 0 to 1. */
export function coverageOf({ bytes }: Plane): number {
  let sum = 0;
  for (const byte of bytes) sum += byte;
  return bytes.length === 0 ? 0 : sum / bytes.length / 255;
}

/** Rows of the plane at another size, each made when it is asked for: the whole would not fit on a phone. */
export function scaleRows(
  { width, height, bytes }: Plane,
  target: { width: number; height: number },
): (row: number) => Uint8Array<ArrayBuffer> {
  const places = listPlaces(width, target.width);
  const rows = listPlaces(height, target.height);
  return (row) => {
    const line = new Uint8Array(target.width);
    const { from, to, part } = rows[row] ?? { from: 0, to: 0, part: 0 };
    const [above, below] = [from * width, to * width];
    for (const [index, place] of places.entries()) {
      const upper = mix(bytes[above + place.from], bytes[above + place.to], place.part);
      const lower = mix(bytes[below + place.from], bytes[below + place.to], place.part);
      line[index] = Math.round(mix(upper, lower, part));
    }
    return line;
  };
}

const mix = (a = 0, b = 0, part: number): number => a + (b - a) * part;

/** For each pixel of the target its two neighbours in the source, and how near it is to the second. */
function listPlaces(source: number, target: number): { from: number; to: number; part: number }[] {
  return Array.from({ length: target }, (_, index) => {
    const at = Math.min(source - 1, Math.max(0, ((index + 0.5) * source) / target - 0.5));
    const from = Math.floor(at);
    return { from, to: Math.min(source - 1, from + 1), part: at - from };
  });
}
