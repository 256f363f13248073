import type { PixelTasks } from './pixelTasks.ts';

/**
 * A picture on its way to a scene. First it takes on the scene's colours and keeps its forms, then the scene comes
 * through; a share of 1 is the scene. A scene of another size only lends its colours. With harmony the scene takes on
 * colours too, of what the mask leaves of the picture.
 */
export function mixPictures({
  base,
  scene,
  share,
  mask,
  harmony = 0,
}: PixelTasks['mix']['input']): Uint8Array {
  const isWhole = scene.length === base.length;
  const from = toneOf(base, mask && ((at) => mask[at] !== 0)) ?? plain;
  const to = toneOf(scene, isWhole && mask ? (at) => mask[at] !== 0 : undefined) ?? plain;
  const kept = (mask && harmony > 0 && toneOf(base, (at) => mask[at] === 0)) || to;
  const mixed = new Uint8Array(base.length);
  for (let at = 0; at < base.length; at++) {
    const own = base[at] as number;
    const wanted = mask ? (share * (mask[Math.floor(at / 3)] as number)) / 255 : share;
    const channel = at % 3;
    const graded = own + (inTone(own, from[channel] as Tone, to[channel] as Tone) - own) * wanted * 0.85;
    const drawn = isWhole ? (scene[at] as number) : 0;
    const tuned = drawn + (inTone(drawn, to[channel] as Tone, kept[channel] as Tone) - drawn) * harmony;
    const shown = isWhole ? throughAt(wanted) : 0;
    mixed[at] = Math.min(255, Math.max(0, Math.round(graded + (tuned - graded) * shown)));
  }
  return mixed;
}

/** A value as it would be in a picture of another tone. */
function inTone(value: number, from: Tone, to: Tone): number {
  const steep = Math.min(1.5, Math.max(0.6, to.spread / Math.max(1, from.spread)));
  return (value - from.mean) * steep + to.mean;
}

/** Of the scene itself nothing is seen in small changes, and all of it at 1. */
const throughAt = (share: number): number => Math.max(0, (share - 0.2) / 0.8) ** 1.5;

interface Tone {
  mean: number;
  spread: number;
}

const plain: readonly Tone[] = [0, 1, 2].map(() => ({ mean: 128, spread: 64 }));

/** Mean and spread of each channel, of a few thousand pixels that count; null where none does. */
function toneOf(rgb: Uint8Array, counts: (at: number) => boolean = () => true): readonly Tone[] | null {
  const pixels = rgb.length / 3;
  const step = Math.max(1, Math.floor(pixels / 9_973));
  let count = 0;
  const sums = [0, 0, 0];
  const squares = [0, 0, 0];
  for (let pixel = 0; pixel < pixels; pixel += step) {
    if (!counts(pixel)) continue;
    count += 1;
    for (let channel = 0; channel < 3; channel++) {
      const value = rgb[pixel * 3 + channel] as number;
      sums[channel] = (sums[channel] as number) + value;
      squares[channel] = (squares[channel] as number) + value * value;
    }
  }
  if (count === 0) return null;
  return sums.map((sum, channel) => {
    const mean = sum / count;
    return { mean, spread: Math.sqrt(Math.max(0, (squares[channel] as number) / count - mean * mean)) };
  });
}
