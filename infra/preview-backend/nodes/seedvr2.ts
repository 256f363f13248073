import type { Picture } from '../pictures/picture.ts';
import { openPicture, renderPicture } from '../pictures/picture.ts';
import { mapFrames } from './frames.ts';
import { type NodeDefinition, NodeFailure } from './node.ts';
import { type LatentValue, numberInput, requireInput, textInput } from './values.ts';

/** Sides are padded to multiples of it. */
const padding = 16;
/** Frames a latent step holds after the first, which holds one. */
const perStep = 4;

/** Black on the right and below, and the last frame again until there are 4k+1; a film is one thing from here on. */
const preprocess: NodeDefinition = {
  async run(context, inputs) {
    const { pictures } = requireInput(inputs, 'resized_images', 'IMAGE');
    const padded = await mapFrames(context, pictures, (picture) => pad(picture));
    const last = padded.at(-1) as Picture;
    const missing = pictures.length === 1 ? 0 : (perStep - ((pictures.length - 1) % perStep)) % perStep;
    const filled = [...padded, ...Array.from({ length: missing }, () => last)];
    return { outputs: [{ type: 'IMAGE', pictures: filled, isFilm: true }] };
  },
};

function pad(picture: Picture): Promise<Picture> {
  const right = (padding - (picture.width % padding)) % padding;
  const bottom = (padding - (picture.height % padding)) % padding;
  const flat = openPicture(picture).removeAlpha();
  return renderPicture(flat.extend({ right, bottom, background: '#000' }), 3);
}

/** Cuts off what was padded, and an odd row or column; alpha comes back from the source. */
const postProcess: NodeDefinition = {
  async run(context, inputs) {
    const { pictures } = requireInput(inputs, 'images', 'IMAGE');
    const originals = requireInput(inputs, 'original_resized_images', 'IMAGE').pictures;
    const cut = await mapFrames(context, originals.slice(0, pictures.length), (original, index) => {
      const picture = pictures[index] as Picture;
      const width = Math.min(picture.width, original.width);
      const height = Math.min(picture.height, original.height);
      const even = { left: 0, top: 0, width: width - (width % 2), height: height - (height % 2) };
      return cutLike(picture, original, even);
    });
    return { outputs: [{ type: 'IMAGE', pictures: cut }] };
  },
};

async function cutLike(
  picture: Picture,
  original: Picture,
  area: { left: number; top: number; width: number; height: number },
): Promise<Picture> {
  const cut = await renderPicture(openPicture(picture).extract(area), 3);
  if (original.channels !== 4) return cut;
  const alpha = await renderPicture(openPicture(original).extractChannel(3).extract(area), 1);
  const raw = { width: area.width, height: area.height, channels: 1 as const };
  return renderPicture(openPicture(cut).joinChannel(alpha.pixels, { raw }), 4);
}

const stepsOf = (frames: number): number => Math.ceil((frames - 1) / perStep) + 1;

/** Parts of a film that overlap, as a list: what follows samples one after the other. */
const temporalChunk: NodeDefinition = {
  run(_context, inputs) {
    const latent = requireInput(inputs, 'latent', 'LATENT');
    const frames = latent.latents.length;
    const isManual = textInput(inputs, 'chunking_mode') === 'manual';
    const perChunk = isManual ? numberInput(inputs, 'chunking_mode.frames_per_chunk', 21) : frames;
    if ((perChunk - 1) % perStep !== 0) {
      throw new NodeFailure('ValueError', `frames_per_chunk must be 4n+1; got ${perChunk}`);
    }
    const whole: LatentValue = { ...latent, part: { from: 0, whole: frames } };
    if (frames <= perChunk) {
      return {
        outputs: [
          { type: 'LIST', items: [whole] },
          { type: 'LITERAL', value: 0 },
        ],
      };
    }
    const length = stepsOf(perChunk);
    const overlap = Math.min(numberInput(inputs, 'temporal_overlap'), length - 1);
    const items: LatentValue[] = [];
    for (let start = 0; start === 0 || start + overlap < stepsOf(frames); start += length - overlap) {
      const from = start * perStep;
      const latents = latent.latents.slice(from, Math.min(frames, from + perChunk));
      items.push({ ...latent, latents, part: { from, whole: frames } });
    }
    return {
      outputs: [
        { type: 'LIST', items },
        { type: 'LITERAL', value: overlap },
      ],
    };
  },
};

/** One film again: where parts overlap, the later one counts. */
const temporalMerge: NodeDefinition = {
  takesLists: true,
  run(_context, inputs) {
    const given = inputs.get('latents');
    const parts = (given?.type === 'LIST' ? given.items : [given]).flatMap((value) =>
      value?.type === 'LATENT' ? [value] : [],
    );
    const first = parts[0];
    if (!first) throw new NodeFailure('ValueError', 'SeedVR2TemporalMerge needs at least one latent');
    const latents = [...first.latents];
    for (const { latents: later, part } of parts.slice(1)) {
      const from = part?.from ?? latents.length;
      for (const [index, latent] of later.entries()) latents[from + index] = latent;
    }
    const { part: _, noiseMask: __, ...rest } = first;
    return { outputs: [{ ...rest, latents }] };
  },
};

export const seedvr2Nodes: Readonly<Record<string, NodeDefinition>> = {
  SeedVR2Preprocess: preprocess,
  SeedVR2PostProcessing: postProcess,
  SeedVR2TemporalChunk: temporalChunk,
  SeedVR2TemporalMerge: temporalMerge,
};
