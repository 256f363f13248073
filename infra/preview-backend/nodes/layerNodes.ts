import { type MemoryPicture, openPicture, renderPicture } from '../pictures/picture.ts';
import { softEllipse } from '../pictures/softEllipse.ts';
import { toCells } from './latentShapes.ts';
import { type NodeDefinition, NodeFailure } from './node.ts';
import { numberInput, requireInput, textInput } from './values.ts';

/** How much of its share of the width what lies over the ground takes, and how much of the height. */
const across = 0.9;
const down = 0.8;

/**
 * One layer of a picture: the first is the whole, the second the ground; of each further one a part is seen, beside those
 * of the others, and the rest is transparent. All lie over each other to the whole again.
 */
export async function cutLayer(
  picture: MemoryPicture,
  { index, count }: { index: number; count: number },
): Promise<MemoryPicture> {
  if (index < 2) return renderPicture(openPicture(picture), 4);
  const share = 1 / (count - 2);
  const ellipse = { x: (index - 1.5) * share, y: 0.5, across: (share * across) / 2, down: down / 2 };
  const { pixels } = softEllipse(picture, ellipse);
  const { width, height } = picture;
  return renderPicture(openPicture(picture).joinChannel(pixels, { raw: { width, height, channels: 1 } }), 4);
}

/** The whole comes with its layers. */
const emptyLayers: NodeDefinition = {
  run(_context, inputs) {
    const layers = numberInput(inputs, 'layers', 3) + 1;
    const count = layers * numberInput(inputs, 'batch_size', 1);
    return {
      outputs: [
        {
          type: 'LATENT',
          width: toCells(numberInput(inputs, 'width', 640), 16),
          height: toCells(numberInput(inputs, 'height', 640), 16),
          latents: Array.from({ length: count }, () => ({ kind: 'empty' as const })),
          isVideo: false,
          layers,
        },
      ],
    };
  },
};

/** Layers are one after the other in a latent here already, so a cut along time changes nothing. */
const cutToBatch: NodeDefinition = {
  run(_context, inputs) {
    if (textInput(inputs, 'dim') !== 't')
      throw new NodeFailure('NotImplementedError', 'The preview backend cuts latents along t alone.');
    return { outputs: [requireInput(inputs, 'samples', 'LATENT')] };
  },
};

export const layerNodes: Readonly<Record<string, NodeDefinition>> = {
  EmptyQwenImageLayeredLatentImage: emptyLayers,
  LatentCutToBatch: cutToBatch,
};
