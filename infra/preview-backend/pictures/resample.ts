import type { PixelTasks } from './pixelTasks.ts';
import type { Taps } from './taps.ts';

type ResampleInput = PixelTasks['resample']['input'];

/**
 * Weighs source pixels into target pixels, first along the rows, then along the columns. `rows.first` counts from the
 * first row that came along.
 */
export function resample(input: ResampleInput): Uint8Array {
  const { width, channels, columns, rows, isPremultiplied } = input;
  const sources = input.pixels.length / (width * channels);
  const targetWidth = columns.first.length;
  const targetHeight = rows.first.length;
  const stride = targetWidth * channels;
  const narrowed = new Float32Array(sources * stride);
  for (let row = 0; row < sources; row++) {
    const line = Float32Array.from(
      input.pixels.subarray(row * width * channels, (row + 1) * width * channels),
    );
    if (isPremultiplied) premultiply(line);
    weighRow(line, channels, columns, narrowed.subarray(row * stride, (row + 1) * stride));
  }
  // Pillow keeps bytes between its two passes, and PyTorch keeps floats.
  if (input.roundsBetween)
    for (let at = 0; at < narrowed.length; at++) narrowed[at] = toByte(narrowed[at] ?? 0);
  const target = new Uint8Array(targetHeight * stride);
  const sum = new Float64Array(stride);
  for (let row = 0; row < targetHeight; row++) {
    sum.fill(0);
    for (let tap = 0; tap < rows.count; tap++) {
      const weight = rows.weights[row * rows.count + tap] ?? 0;
      if (weight === 0) continue;
      const from = ((rows.first[row] ?? 0) + tap) * stride;
      for (let at = 0; at < stride; at++) sum[at] = (sum[at] ?? 0) + weight * (narrowed[from + at] ?? 0);
    }
    for (let at = 0; at < stride; at++) target[row * stride + at] = toByte(sum[at] ?? 0);
  }
  if (isPremultiplied) divideByAlpha(target);
  return target;
}

function weighRow(
  line: Float32Array,
  channels: number,
  { first, weights, count }: Taps,
  into: Float32Array,
): void {
  for (let at = 0; at < first.length; at++) {
    for (let channel = 0; channel < channels; channel++) {
      let sum = 0;
      let from = (first[at] ?? 0) * channels + channel;
      for (let tap = at * count; tap < (at + 1) * count; tap++) {
        sum += (weights[tap] ?? 0) * (line[from] ?? 0);
        from += channels;
      }
      into[at * channels + channel] = sum;
    }
  }
}

const toByte = (value: number): number => Math.min(255, Math.max(0, Math.floor(value + 0.5)));

/**
 * RGBA whose colours are weighed by their alpha, so that what is invisible gives no colour to its neighbours. Both ways
 * in Pillow's integers.
 */
function premultiply(line: Float32Array): void {
  for (let at = 0; at < line.length; at += 4) {
    for (let channel = at; channel < at + 3; channel++) {
      const product = (line[channel] ?? 0) * (line[at + 3] ?? 0) + 128;
      line[channel] = ((product >> 8) + product) >> 8;
    }
  }
}

function divideByAlpha(pixels: Uint8Array): void {
  for (let at = 0; at < pixels.length; at += 4) {
    const alpha = pixels[at + 3] ?? 0;
    if (alpha === 0) continue;
    for (let channel = at; channel < at + 3; channel++) {
      pixels[channel] = Math.min(255, Math.trunc(((pixels[channel] ?? 0) * 255) / alpha));
    }
  }
}
