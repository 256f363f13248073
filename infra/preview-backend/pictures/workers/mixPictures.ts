import type { PixelTasks } from './pixelTasks.ts';

/**
 * A picture on its way to a scene. First it takes on the scene's colours and keeps its forms, then the scene comes
 * through; a share of 1 is the scene. A scene of another size only lends its colours.
 */
export function mixPictures({ base, scene, share, mask }: PixelTasks['mix']['input']): Uint8Array {
  const [from, to] = [toneOf(base, mask), toneOf(scene, scene.length === base.length ? mask : undefined)];
  const isWhole = scene.length === base.length;
  const mixed = new Uint8Array(base.length);
  for (let at = 0; at < base.length; at++) {
    const own = base[at] as number;
    const wanted = mask ? (share * (mask[Math.floor(at / 3)] as number)) / 255 : share;
    const { mean, spread } = from[at % 3] as Tone;
    const other = to[at % 3] as Tone;
    const steep = Math.min(1.5, Math.max(0.6, other.spread / Math.max(1, spread)));
    const graded = own + ((own - mean) * steep + other.mean - own) * wanted * 0.85;
    const shown = isWhole ? throughAt(wanted) : 0;
    mixed[at] = Math.min(255, Math.max(0, Math.round(graded + ((scene[at] ?? 0) - graded) * shown)));
  }
  return mixed;
}

/** Of the scene itself nothing is seen in small changes, and all of it at 1. */
const throughAt = (share: number): number => Math.max(0, (share - 0.2) / 0.8) ** 1.5;

interface Tone {
  mean: number;
  spread: number;
}

/** Mean and spread of each channel, of a few thousand pixels where the mask lets something change. */
function toneOf(rgb: Uint8Array, mask?: Uint8Array): Tone[] {
  const pixels = rgb.length / 3;
  const step = Math.max(1, Math.floor(pixels / 9_973));
  return [0, 1, 2].map((channel) => {
    let [count, sum, squares] = [0, 0, 0];
    for (let pixel = 0; pixel < pixels; pixel += step) {
      if (mask && (mask[pixel] as number) === 0) continue;
      const value = rgb[pixel * 3 + channel] as number;
      count += 1;
      sum += value;
      squares += value * value;
    }
    if (count === 0) return { mean: 128, spread: 64 };
    const mean = sum / count;
    return { mean, spread: Math.sqrt(Math.max(0, squares / count - mean * mean)) };
  });
}
