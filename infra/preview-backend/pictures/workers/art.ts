import { createHash } from 'node:crypto';
import type { PixelTasks } from './pixelTasks.ts';

/**
 * A smooth picture of bent colour bands, the same for the same text. Drawn coarsely (the caller enlarges it): its
 * finest features are wider than the pixels it is enlarged to. `phase` moves the bands a little, 0-1 of a turn.
 */
export function drawArt({ seedText, width, height, phase }: PixelTasks['art']['input']): Uint8Array {
  const random = createRandom(seedText);
  const palette = createPalette(random);
  const waves = Array.from({ length: 5 }, () => ({
    x: (random() - 0.5) * 9,
    y: (random() - 0.5) * 9,
    shift: random() * Math.PI * 2,
    bend: 0.25 + random() * 0.9,
  }));
  const turn = phase * Math.PI * 2;
  const longer = Math.max(width, height);
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let u = (x / longer) * 2 - width / longer;
      let v = (y / longer) * 2 - height / longer;
      for (const wave of waves) {
        const bent = Math.sin(wave.x * u + wave.y * v + wave.shift + turn) * wave.bend * 0.35;
        u += bent * Math.sign(wave.y || 1);
        v += Math.cos(wave.y * u - wave.x * v + wave.shift - turn) * wave.bend * 0.3;
      }
      const band = Math.sin(u * 2.1 + v * 1.3 + turn) * 0.5 + 0.5;
      const light = Math.sin(v * 2.7 - u * 0.9) * 0.5 + 0.5;
      paint(rgb, (y * width + x) * 3, palette, band, light);
    }
  }
  return rgb;
}

type Colour = readonly [number, number, number];

function paint(rgb: Uint8Array, at: number, palette: readonly Colour[], band: number, light: number): void {
  const position = Math.min(0.9999, Math.max(0, band)) * (palette.length - 1);
  const index = Math.floor(position);
  const share = position - index;
  const eased = share * share * (3 - 2 * share);
  const from = palette[index] as Colour;
  const to = palette[index + 1] as Colour;
  for (let channel = 0; channel < 3; channel++) {
    const mixed = (from[channel] ?? 0) * (1 - eased) + (to[channel] ?? 0) * eased;
    rgb[at + channel] = Math.min(255, mixed * (0.72 + light * 0.4));
  }
}

/** Four colours around the wheel, dark to light. */
function createPalette(random: () => number): Colour[] {
  const hue = random() * 360;
  const spread = 18 + random() * 42;
  return [0.28, 0.45, 0.62, 0.8].map((lightness, index) =>
    fromHsl((hue + spread * index) % 360, 0.38 + random() * 0.3, lightness),
  );
}

function fromHsl(hue: number, saturation: number, lightness: number): Colour {
  const reach = saturation * Math.min(lightness, 1 - lightness);
  const channel = (offset: number): number => {
    const k = (offset + hue / 30) % 12;
    return 255 * (lightness - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1)));
  };
  return [channel(0), channel(8), channel(4)];
}

/** Numbers in 0-1 that follow from the text alone (mulberry32 seeded by a hash). */
export function createRandom(text: string): () => number {
  let state = createHash('sha256').update(text).digest().readUInt32LE(0);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
