import type { Sound } from '../files/sound.ts';
import { type LatentShape, type SoundShape, toCells, toFrames } from './latentShapes.ts';
import type { NodeDefinition } from './node.ts';
import { type LatentValue, type NodeInputs, numberInput } from './values.ts';

/** A latent with nothing in it, of the size, length and batch that the node is asked for. */
export function emptyLatentOf(shape: LatentShape, inputs: NodeInputs): LatentValue {
  const { cell, time, sound } = shape;
  const frames = time ? toFrames(numberInput(inputs, 'length', 1), time) : null;
  return {
    type: 'LATENT',
    width: toCells(numberInput(inputs, 'width', 512), cell),
    height: toCells(numberInput(inputs, 'height', 512), cell),
    // A batch of films would be one film after the other here, so a film is always one.
    latents: Array.from({ length: frames ?? numberInput(inputs, 'batch_size', 1) }, () => ({
      kind: 'empty',
    })),
    isVideo: frames !== null,
    ...(sound?.fps && frames !== null && { sound: silentSound(sound, frames / sound.fps) }),
  };
}

/** What a sound latent decodes to as long as nothing has been sampled. */
function silentSound({ rate, channels }: SoundShape, seconds: number): Sound {
  return { seconds, rate, channels, source: { kind: 'tone', seedText: '' } };
}

export function emptyLatent(shape: LatentShape): NodeDefinition {
  return { run: (_context, inputs) => ({ outputs: [emptyLatentOf(shape, inputs)] }) };
}

export function emptySound(shape: SoundShape): NodeDefinition {
  return {
    run(_context, inputs) {
      const seconds = numberInput(inputs, 'frames_number', 97) / numberInput(inputs, 'frame_rate', 25);
      return { outputs: [soundLatent(silentSound(shape, seconds))] };
    },
  };
}

/** Of music, which becomes a tune. */
export function emptySoundLatent({ rate, channels }: SoundShape, seconds: number): LatentValue {
  return soundLatent({ seconds, rate, channels, source: { kind: 'tune', seedText: '' } });
}

export function soundLatent(sound: Sound): LatentValue {
  return { type: 'LATENT', width: 0, height: 0, latents: [], isVideo: true, sound };
}
