import { growMask } from '../pictures/growMask.ts';
import { openPicture, type Picture, renderPicture } from '../pictures/picture.ts';
import { renderLatent } from '../pictures/renderSample.ts';
import { resizePicture } from '../pictures/resizePicture.ts';
import { soundLatent } from './emptyLatents.ts';
import { mapFrames } from './frames.ts';
import { toCells } from './latentShapes.ts';
import { cutLayer } from './layerNodes.ts';
import { type NodeContext, type NodeDefinition, NodeFailure } from './node.ts';
import { type Latent, type LatentValue, type NodeInputs, numberInput, requireInput } from './values.ts';

export const vaeDecode: NodeDefinition = {
  async run(context, inputs) {
    const { width, height, latents } = requireInput(inputs, 'samples', 'LATENT');
    const { instant } = context.config.simulation;
    const size = { width, height };
    const pictures = await mapFrames(context, latents, async (latent) => {
      const picture = await renderLatent(context, latent, size, { labelled: true, instant });
      const layer = latent.kind === 'sampled' ? latent.recipe.layer : undefined;
      return layer ? cutLayer(picture, layer) : picture;
    });
    return { outputs: [{ type: 'IMAGE', pictures }] };
  },
};

export const decodesSound = (samples: string): NodeDefinition => ({
  run(_context, inputs) {
    const { sound } = requireInput(inputs, samples, 'LATENT');
    if (!sound) throw new NodeFailure('ValueError', `${samples} holds no audio latent`);
    return { outputs: [{ type: 'AUDIO', sound }] };
  },
});

export const encodesSound: NodeDefinition = {
  run: (_context, inputs) => ({ outputs: [soundLatent(requireInput(inputs, 'audio', 'AUDIO').sound)] }),
};

/** Pictures cut to the middle multiple of 8, as `vae.encode` crops them. */
async function encodePictures(context: NodeContext, inputs: NodeInputs): Promise<LatentValue> {
  const { pictures, isFilm } = requireInput(inputs, 'pixels', 'IMAGE');
  const first = pictures[0] as Picture;
  const size = { width: toCells(first.width, 8), height: toCells(first.height, 8) };
  const latents: Latent[] = [];
  for (const picture of pictures) {
    const left = Math.floor((picture.width - size.width) / 2);
    const top = Math.floor((picture.height - size.height) / 2);
    if (picture.width === size.width && picture.height === size.height) {
      latents.push({ kind: 'encoded', picture });
      continue;
    }
    const isTooSmall = left < 0 || top < 0;
    const fitted = isTooSmall
      ? await resizePicture(context, picture, size, 'bilinear', 'center')
      : await renderPicture(openPicture(picture).extract({ left, top, ...size }), picture.channels);
    latents.push({ kind: 'encoded', picture: fitted });
  }
  return { type: 'LATENT', ...size, latents, isVideo: isFilm ?? false };
}

export const vaeEncode: NodeDefinition = {
  async run(context, inputs) {
    return { outputs: [await encodePictures(context, inputs)] };
  },
};

export const vaeEncodeForInpaint: NodeDefinition = {
  async run(context, inputs) {
    const encoded = await encodePictures(context, inputs);
    const mask = requireInput(inputs, 'mask', 'MASK').pictures[0] as Picture;
    const fitted = await resizePicture(context, mask, encoded, 'bilinear');
    const noiseMask = await growMask(fitted, numberInput(inputs, 'grow_mask_by', 6));
    return { outputs: [{ ...encoded, noiseMask }] };
  },
};
