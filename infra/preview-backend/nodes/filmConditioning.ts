import type { Picture } from '../pictures/picture.ts';
import { emptyLatentOf } from './emptyLatents.ts';
import { encodeText, grownPictures } from './encodes.ts';
import { type LatentShape, latentShapes } from './latentShapes.ts';
import type { NodeContext, NodeDefinition } from './node.ts';
import { type ConditioningValue, findInput, type NodeInputs, numberInput, requireInput } from './values.ts';

const firstPicture = (inputs: NodeInputs, name: string | undefined): Picture | undefined =>
  name === undefined ? undefined : findInput(inputs, name, 'IMAGE')?.pictures[0];

function withPictures(
  conditioning: ConditioningValue,
  initPicture: Picture | undefined,
  lastPicture: Picture | undefined,
): ConditioningValue {
  return { ...conditioning, ...(initPicture && { initPicture }), ...(lastPicture && { lastPicture }) };
}

/** Inputs that hold the pictures a film starts and ends with. */
interface Ends {
  start?: string;
  end?: string;
}

/** A film between two pictures, each of which may be absent: both conditionings and a latent as long as the film. */
export function filmBetween(shape: LatentShape, { start, end }: Ends): NodeDefinition {
  return {
    run(_context, inputs) {
      const [first, last] = [firstPicture(inputs, start), firstPicture(inputs, end)];
      return {
        outputs: [
          withPictures(requireInput(inputs, 'positive', 'CONDITIONING'), first, last),
          withPictures(requireInput(inputs, 'negative', 'CONDITIONING'), first, last),
          emptyLatentOf(shape, inputs),
        ],
      };
    },
  };
}

/** Of the picture of who moves; the motion itself leaves no trace. Nothing stands in front that were to be cut off. */
export const animates: NodeDefinition = {
  async run(context, inputs) {
    const { outputs } = await filmBetween(latentShapes.wan, { start: 'reference_image' }).run(
      context,
      inputs,
    );
    return { outputs: [...outputs, ...[0, 0, 0].map((value) => ({ type: 'LITERAL' as const, value }))] };
  },
};

/** The same where the node encodes the prompt itself. */
export function promptedFilmBetween(shape: LatentShape, { start, end }: Ends): NodeDefinition {
  return {
    run(_context, inputs) {
      const text = String(findInput(inputs, 'prompt', 'LITERAL')?.value ?? '');
      const pictures = [firstPicture(inputs, start), firstPicture(inputs, end)] as const;
      return {
        outputs: [withPictures(encodeText(inputs, text), ...pictures), emptyLatentOf(shape, inputs)],
      };
    },
  };
}

/** A film in which the pictures of a growing list appear; films and sounds to go by are taken and leave no trace. */
export function promptedFilmOf(shape: LatentShape, list: string): NodeDefinition {
  return {
    run(_context, inputs) {
      const text = String(findInput(inputs, 'prompt', 'LITERAL')?.value ?? '');
      const references = grownPictures(inputs, list);
      return {
        outputs: [
          { ...encodeText(inputs, text), ...(references.length > 0 && { references }) },
          emptyLatentOf(shape, inputs),
        ],
      };
    },
  };
}

/** Stable Video Diffusion: the picture alone is the prompt. */
export const svdImageToVideo: NodeDefinition = {
  async run({ simulateStep, config }: NodeContext, inputs) {
    await simulateStep(config.simulation.secondsPerStep);
    const initPicture = firstPicture(inputs, 'init_image') as Picture;
    const plain: ConditioningValue = { type: 'CONDITIONING', text: '', family: 'svd', controls: [] };
    const frames = numberInput(inputs, 'video_frames', 14);
    return {
      outputs: [
        { ...plain, initPicture, motion: numberInput(inputs, 'motion_bucket_id', 127) },
        plain,
        {
          type: 'LATENT',
          width: numberInput(inputs, 'width', 1024),
          height: numberInput(inputs, 'height', 576),
          latents: Array.from({ length: frames }, () => ({ kind: 'empty' as const })),
          isVideo: true,
        },
      ],
    };
  },
};

/** LTX puts the first picture into the latent itself. `bypass` leaves it alone, as for a film of text. */
export const startsLatent: NodeDefinition = {
  run(_context, inputs) {
    const latent = requireInput(inputs, 'latent', 'LATENT');
    const initPicture = firstPicture(inputs, 'image');
    const isBypassed = findInput(inputs, 'bypass', 'LITERAL')?.value === true;
    return { outputs: [isBypassed || !initPicture ? latent : { ...latent, initPicture }] };
  },
};

/** LTX's older way: both conditionings and a latent that starts with the picture. */
export const ltxImageToVideo: NodeDefinition = {
  run(_context, inputs) {
    const initPicture = firstPicture(inputs, 'image');
    return {
      outputs: [
        requireInput(inputs, 'positive', 'CONDITIONING'),
        requireInput(inputs, 'negative', 'CONDITIONING'),
        { ...emptyLatentOf(latentShapes.ltx, inputs), ...(initPicture && { initPicture }) },
      ],
    };
  },
};

/** What SeedVR2 leaves of a picture: it restores, so nearly everything. */
const restoredShare = 0.06;

/** Conditioning of a model that restores the latent which it is given, and has no words. */
export const restoresLatent: NodeDefinition = {
  run() {
    const conditioning: ConditioningValue = {
      type: 'CONDITIONING',
      text: '',
      family: undefined,
      controls: [],
      freshShare: restoredShare,
    };
    return { outputs: [conditioning, conditioning] };
  },
};
