import sharp from 'sharp';

/** A generator of numbers from 0 to 1 with a seed (Mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** How much grain it has, of 255: 1024² are 2.4 MB as ComfyUI writes them. */
const grain = 26;

/** Smooth light with grain, as a PNG: what people draw. The same seed gives the same picture. */
export async function createPhotograph(side: number, seed: number): Promise<Buffer> {
  const random = createRandom(seed);
  const waves = Array.from({ length: 12 }, () => ({
    x: (random() * 50) / side,
    y: (random() * 50) / side,
    phase: random() * 6.28,
    light: [0, 1, 2].map(() => random() * 35),
  }));
  const pixels = Buffer.alloc(side * side * 3);
  for (let at = 0; at < side * side; at++) {
    const sines = waves.map(({ x, y, phase }) =>
      Math.sin(x * (at % side) + y * Math.floor(at / side) + phase),
    );
    for (const channel of [0, 1, 2]) {
      const light = waves.reduce((sum, wave, of) => sum + (sines[of] ?? 0) * (wave.light[channel] ?? 0), 128);
      const value = light + (random() + random() + random() - 1.5) * grain;
      pixels[at * 3 + channel] = Math.max(0, Math.min(255, value));
    }
  }
  const raw = { width: side, height: side, channels: 3 } as const;
  return sharp(pixels, { raw }).png({ compressionLevel: 4, adaptiveFiltering: true }).toBuffer();
}
