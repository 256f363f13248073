import type { NetworkName } from './networks.ts';
import type { SceneRequest } from './scenes/plan.ts';
import type { Taps } from './taps.ts';

/** Work that a pixel worker does: plain data in, pixels out, so that the server's own thread stays free. */
export interface PixelTasks {
  'upscale-tile': {
    input: { network: NetworkName; width: number; height: number; rgb: Uint8Array };
    /** RGB, as many times as wide and high as the network's factor. */
    output: Uint8Array;
  };
  resample: {
    input: {
      width: number;
      channels: 1 | 3 | 4;
      /** Whole rows, as many as the taps of the rows reach over. */
      pixels: Uint8Array;
      columns: Taps;
      rows: Taps;
      roundsBetween: boolean;
      isPremultiplied: boolean;
    };
    /** As many channels as came, one pixel for each pair of taps. */
    output: Uint8Array;
  };
  canny: {
    input: { width: number; height: number; grey: Uint8Array; low: number; high: number };
    /** One byte a pixel, 255 on an edge. */
    output: Uint8Array;
  };
  scene: {
    input: { request: SceneRequest; width: number; height: number; phase: number };
    /** RGB. */
    output: Uint8Array;
  };
  mix: {
    /** RGB; the mask says how much of each pixel may change, everything where there is none. Shares are 0-1. */
    input: { base: Uint8Array; scene: Uint8Array; share: number; mask?: Uint8Array; harmony?: number };
    /** RGB, as large as the base. */
    output: Uint8Array;
  };
}

export type PixelTaskKind = keyof PixelTasks;

export interface PixelRequest<K extends PixelTaskKind = PixelTaskKind> {
  id: number;
  kind: K;
  input: PixelTasks[K]['input'];
}

export type PixelReply = { id: number } & ({ output: Uint8Array } | { error: string });
