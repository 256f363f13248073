import { growMask } from '../pictures/growMask.ts';
import { openPicture, type Picture, renderPicture } from '../pictures/picture.ts';
import { renderLatent } from '../pictures/renderSample.ts';
import { resizePicture } from '../pictures/resize/resizePicture.ts';
import type { NodeContext, NodeDefinition } from './node.ts';
import { type Latent, type LatentValue, numberInput, requireInput } from './values.ts';

/** Latents are eighths of pixels, so sizes are cut to multiples of 8 as the VAE cuts them. */
function toLatentSize(pixels: number): number {
  return Math.max(8, pixels - (pixels % 8));
}

const emptyLatentImage: NodeDefinition = {
  run(_context, inputs) {
    return {
      outputs: [
        {
          type: 'LATENT',
          width: toLatentSize(numberInput(inputs, 'width', 512)),
          height: toLatentSize(numberInput(inputs, 'height', 512)),
          latents: Array.from({ length: numberInput(inputs, 'batch_size', 1) }, () => ({
            kind: 'empty' as const,
          })),
          isVideo: false,
        },
      ],
    };
  },
};

const vaeDecode: NodeDefinition = {
  async run(context, inputs) {
    const { width, height, latents } = requireInput(inputs, 'samples', 'LATENT');
    const { instant } = context.config.simulation;
    const pictures: Picture[] = [];
    for (const latent of latents) {
      context.throwIfInterrupted();
      pictures.push(await renderLatent(context, latent, { width, height }, { labelled: true, instant }));
    }
    return { outputs: [{ type: 'IMAGE', pictures }] };
  },
};

/** Pictures cut to the middle multiple of 8, as `vae.encode` crops them. */
async function encodePictures(context: NodeContext, pictures: readonly Picture[]): Promise<LatentValue> {
  const first = pictures[0] as Picture;
  const size = { width: toLatentSize(first.width), height: toLatentSize(first.height) };
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
  return { type: 'LATENT', ...size, latents, isVideo: false };
}

const vaeEncode: NodeDefinition = {
  async run(context, inputs) {
    return { outputs: [await encodePictures(context, requireInput(inputs, 'pixels', 'IMAGE').pictures)] };
  },
};

const vaeEncodeForInpaint: NodeDefinition = {
  async run(context, inputs) {
    const encoded = await encodePictures(context, requireInput(inputs, 'pixels', 'IMAGE').pictures);
    const mask = requireInput(inputs, 'mask', 'MASK').pictures[0] as Picture;
    const fitted = await resizePicture(context, mask, encoded, 'bilinear');
    const noiseMask = await growMask(fitted, numberInput(inputs, 'grow_mask_by', 6));
    return { outputs: [{ ...encoded, noiseMask }] };
  },
};

const setLatentNoiseMask: NodeDefinition = {
  run(_context, inputs) {
    const samples = requireInput(inputs, 'samples', 'LATENT');
    const noiseMask = requireInput(inputs, 'mask', 'MASK').pictures[0] as Picture;
    return { outputs: [{ ...samples, noiseMask }] };
  },
};

const latentUpscale: NodeDefinition = {
  run(_context, inputs) {
    const samples = requireInput(inputs, 'samples', 'LATENT');
    const width = numberInput(inputs, 'width');
    const height = numberInput(inputs, 'height');
    if (width === 0 && height === 0) return { outputs: [samples] };
    const scaled = {
      width: toLatentSize(width || Math.round((samples.width * height) / samples.height)),
      height: toLatentSize(height || Math.round((samples.height * width) / samples.width)),
    };
    return { outputs: [{ ...samples, ...scaled }] };
  },
};

const latentUpscaleBy: NodeDefinition = {
  run(_context, inputs) {
    const samples = requireInput(inputs, 'samples', 'LATENT');
    const factor = numberInput(inputs, 'scale_by', 1);
    const scaled = {
      width: Math.max(8, Math.round((samples.width / 8) * factor) * 8),
      height: Math.max(8, Math.round((samples.height / 8) * factor) * 8),
    };
    return { outputs: [{ ...samples, ...scaled }] };
  },
};

const repeatLatentBatch: NodeDefinition = {
  run(_context, inputs) {
    const samples = requireInput(inputs, 'samples', 'LATENT');
    const latents = Array.from({ length: numberInput(inputs, 'amount', 1) }, () => samples.latents).flat();
    return { outputs: [{ ...samples, latents }] };
  },
};

const latentFromBatch: NodeDefinition = {
  run(_context, inputs) {
    const samples = requireInput(inputs, 'samples', 'LATENT');
    const from = Math.min(samples.latents.length - 1, numberInput(inputs, 'batch_index'));
    const latents = samples.latents.slice(from, from + numberInput(inputs, 'length', 1));
    return { outputs: [{ ...samples, latents }] };
  },
};

const latentBatch: NodeDefinition = {
  run(_context, inputs) {
    const first = requireInput(inputs, 'samples1', 'LATENT');
    const second = requireInput(inputs, 'samples2', 'LATENT');
    return { outputs: [{ ...first, latents: [...first.latents, ...second.latents] }] };
  },
};

export const latentNodes: Readonly<Record<string, NodeDefinition>> = {
  EmptyLatentImage: emptyLatentImage,
  EmptySD3LatentImage: emptyLatentImage,
  VAEDecode: vaeDecode,
  VAEDecodeTiled: vaeDecode,
  VAEEncode: vaeEncode,
  VAEEncodeTiled: vaeEncode,
  VAEEncodeForInpaint: vaeEncodeForInpaint,
  SetLatentNoiseMask: setLatentNoiseMask,
  LatentUpscale: latentUpscale,
  LatentUpscaleBy: latentUpscaleBy,
  RepeatLatentBatch: repeatLatentBatch,
  LatentFromBatch: latentFromBatch,
  LatentBatch: latentBatch,
};
