import { createHash } from 'node:crypto';

/** The sound of a film: a quiet tone that stands for a model's, or the track of a file. */
export interface Sound {
  seconds: number;
  rate: number;
  channels: 1 | 2;
  source: { kind: 'tone'; seedText: string } | { kind: 'file'; path: string };
}

/** Of full scale: 34 dB below the loudest, so that no placeholder frightens anybody. */
const loudness = 0.02;
const fadeSeconds = 0.05;
const lowestHertz = 180;

/** The tone as 16-bit samples, little-endian, channels interleaved: as many as its seconds hold. */
export function toneSamples({ seconds, rate, channels }: Sound, seedText: string): Buffer {
  const length = Math.round(seconds * rate);
  const hertz = lowestHertz * (1 + createHash('sha256').update(seedText).digest().readUInt8(0) / 256);
  const fade = Math.max(1, fadeSeconds * rate);
  const samples = Buffer.alloc(length * channels * 2);
  for (let at = 0; at < length; at++) {
    const swell = Math.min(1, at / fade, (length - 1 - at) / fade);
    const value = Math.round(Math.sin((2 * Math.PI * hertz * at) / rate) * loudness * swell * 32_767);
    for (let channel = 0; channel < channels; channel++) {
      samples.writeInt16LE(value, (at * channels + channel) * 2);
    }
  }
  return samples;
}
