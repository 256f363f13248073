/**
 * What a latent of each model family decodes to. Everything that a placeholder's size and length follow from is here;
 * the class table names these shapes.
 */
export interface LatentShape {
  channels: number;
  /** Pixels a cell is wide and high: sides are cut to multiples of it. */
  cell: number;
  /** Frames of the first step of time and of each further one; absent where there is no time. */
  time?: { first: number; each: number; rounds?: 'up' };
  sound?: SoundShape;
}

export interface SoundShape {
  rate: number;
  channels: 1 | 2;
  /** Frames a second that the model thinks in; absent where a node says it. */
  fps?: number;
}

export const latentShapes = {
  sd: { channels: 4, cell: 8 },
  flux: { channels: 16, cell: 8 },
  flux2: { channels: 128, cell: 16 },
  qwen21: { channels: 64, cell: 16 },
  wan: { channels: 16, cell: 8, time: { first: 1, each: 4 } },
  wan22: { channels: 48, cell: 16, time: { first: 1, each: 4 } },
  ltx: { channels: 128, cell: 32, time: { first: 1, each: 8 } },
  'minimax-h3': {
    channels: 24,
    cell: 16,
    time: { first: 5, each: 17, rounds: 'up' },
    sound: { rate: 32_000, channels: 2, fps: 24 },
  },
} as const satisfies Record<string, LatentShape>;

/** What LTX-2.3's audio VAE gives out. */
export const ltxSound: SoundShape = { rate: 48_000, channels: 2 };

/** A side in pixels, as a whole number of cells. */
export function toCells(pixels: number, cell: number): number {
  return Math.max(cell, pixels - (pixels % cell));
}

/** The frames that a film of this length really has. */
export function toFrames(length: number, { first, each, rounds }: NonNullable<LatentShape['time']>): number {
  const steps = Math.max(0, (length - first) / each);
  return first + (rounds === 'up' ? Math.ceil(steps) : Math.floor(steps)) * each;
}
