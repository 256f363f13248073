import { createHash } from 'node:crypto';

/** A quiet tone that stands for the sound of a film, a tune that stands for music, or the track of a file. */
export interface Sound {
  seconds: number;
  rate: number;
  channels: 1 | 2;
  source: Made | { kind: 'file'; path: string; fromSeconds: number };
}

interface Made {
  kind: 'tone' | 'tune';
  seedText: string;
}

/** Of full scale: 34 dB below the loudest, so that no placeholder frightens anybody; a tune is listened to. */
const loudness = { tone: 0.02, tune: 0.2 };
const fadeSeconds = 0.05;
const lowestHertz = 180;
const noteSeconds = 0.4;
/** Of a pentatonic scale, in half tones: any of them follows any other. */
const steps = [0, 2, 4, 7, 9, 12];

/** The sound as 16-bit samples, little-endian, channels interleaved: as many as its seconds hold. */
export function toneSamples({ seconds, rate, channels }: Sound, { kind, seedText }: Made): Buffer {
  const length = Math.round(seconds * rate);
  const chosen = createHash('sha256').update(seedText).digest();
  const base = lowestHertz * (1 + chosen.readUInt8(0) / 256);
  const fade = Math.max(1, fadeSeconds * rate);
  const noteLength = kind === 'tone' ? length : Math.round(noteSeconds * rate);
  const samples = Buffer.alloc(length * channels * 2);
  for (let at = 0; at < length; at++) {
    const note = Math.floor(at / noteLength);
    const within = at % noteLength;
    const step = kind === 'tone' ? 0 : (steps[(chosen[(note % 16) + 1] ?? 0) % steps.length] ?? 0);
    const hertz = base * 2 ** (step / 12);
    const end = Math.min(noteLength, length - note * noteLength);
    const swell = Math.min(1, within / fade, (end - 1 - within) / fade);
    const value = Math.round(
      Math.sin((2 * Math.PI * hertz * within) / rate) * loudness[kind] * swell * 32_767,
    );
    for (let channel = 0; channel < channels; channel++) {
      samples.writeInt16LE(value, (at * channels + channel) * 2);
    }
  }
  return samples;
}
