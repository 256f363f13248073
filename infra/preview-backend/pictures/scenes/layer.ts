import type { Colour } from './colour.ts';

/** Pixels in floats, already weighed by how much of each the layer covers. */
export interface Layer {
  width: number;
  height: number;
  /** Pixels along a square of the picture's area: what sizes are counted in. */
  unit: number;
  rgb: Float32Array;
  cover: Float32Array;
}

export function createLayer(width: number, height: number): Layer {
  return {
    width,
    height,
    unit: Math.sqrt(width * height),
    rgb: new Float32Array(width * height * 3),
    cover: new Float32Array(width * height),
  };
}

/** Paints over one pixel. */
export function dab(layer: Layer, at: number, red: number, green: number, blue: number, share: number): void {
  const { rgb, cover } = layer;
  const rest = 1 - share;
  const first = at * 3;
  rgb[first] = (rgb[first] as number) * rest + red * share;
  rgb[first + 1] = (rgb[first + 1] as number) * rest + green * share;
  rgb[first + 2] = (rgb[first + 2] as number) * rest + blue * share;
  cover[at] = (cover[at] as number) * rest + share;
}

export function fillRect(
  layer: Layer,
  [left, top, right, bottom]: readonly [number, number, number, number],
  [red, green, blue]: Colour,
  share = 1,
): void {
  const [firstX, lastX] = [Math.max(0, Math.floor(left)), Math.min(layer.width, Math.ceil(right))];
  const [firstY, lastY] = [Math.max(0, Math.floor(top)), Math.min(layer.height, Math.ceil(bottom))];
  for (let y = firstY; y < lastY; y++) {
    const tall = Math.min(y + 1, bottom) - Math.max(y, top);
    for (let x = firstX; x < lastX; x++) {
      const wide = Math.min(x + 1, right) - Math.max(x, left);
      dab(layer, y * layer.width + x, red, green, blue, share * tall * wide);
    }
  }
}

/** A disc with a rim as soft as asked for, in pixels. */
export function fillDisc(
  layer: Layer,
  [x, y, radius]: readonly [number, number, number],
  [red, green, blue]: Colour,
  { share = 1, soft = 1 } = {},
): void {
  const reach = radius + soft / 2;
  const [left, right] = [Math.max(0, Math.floor(x - reach)), Math.min(layer.width, Math.ceil(x + reach))];
  const [top, bottom] = [Math.max(0, Math.floor(y - reach)), Math.min(layer.height, Math.ceil(y + reach))];
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) {
      const distance = Math.hypot(column + 0.5 - x, row + 0.5 - y);
      const inside = Math.min(1, (reach - distance) / soft);
      if (inside > 0) dab(layer, row * layer.width + column, red, green, blue, inside * share);
    }
  }
}

/** Adds light that falls off from a point, without covering anything. */
export function shine(
  layer: Layer,
  [x, y, radius]: readonly [number, number, number],
  [red, green, blue]: Colour,
  strength: number,
): void {
  const { width, height, rgb } = layer;
  const [left, right] = [Math.max(0, Math.floor(x - radius)), Math.min(width, Math.ceil(x + radius))];
  const [top, bottom] = [Math.max(0, Math.floor(y - radius)), Math.min(height, Math.ceil(y + radius))];
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) {
      const near = 1 - ((column + 0.5 - x) ** 2 + (row + 0.5 - y) ** 2) / radius ** 2;
      if (near <= 0) continue;
      const share = strength * near * near * near;
      const at = (row * width + column) * 3;
      rgb[at] = lighten(rgb[at] as number, red * share);
      rgb[at + 1] = lighten(rgb[at + 1] as number, green * share);
      rgb[at + 2] = lighten(rgb[at + 2] as number, blue * share);
    }
  }
}

/** Adds two colours as two lights on one screen add. */
export const lighten = (below: number, light: number): number => below + light * (1 - below);
