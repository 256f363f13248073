import { growMask } from '../pictures/growMask.ts';
import {
  extractMask,
  loadPicture,
  openPicture,
  type Picture,
  renderPicture,
  solidPicture,
} from '../pictures/picture.ts';
import { resizePicture } from '../pictures/resizePicture.ts';
import type { NodeDefinition } from './node.ts';
import { type NodeInputs, numberInput, requireInput, textInput } from './values.ts';

/** What a batch of masks becomes, one by one. */
function mapMasks(change: (mask: Picture, inputs: NodeInputs) => Promise<Picture>): NodeDefinition {
  return {
    async run(_context, inputs) {
      const { pictures } = requireInput(inputs, 'mask', 'MASK');
      return {
        outputs: [
          { type: 'MASK', pictures: await Promise.all(pictures.map((mask) => change(mask, inputs))) },
        ],
      };
    },
  };
}

const invertMask = mapMasks((mask) => renderPicture(openPicture(mask).negate(), 1));

const growMaskNode = mapMasks((mask, inputs) => growMask(mask, numberInput(inputs, 'expand')));

const featherMask = mapMasks(async (mask, inputs) => {
  const { width, height, pixels } = await loadPicture(mask);
  const [left, top, right, bottom] = ['left', 'top', 'right', 'bottom'].map((side) =>
    numberInput(inputs, side),
  );
  const share = (distance: number, feather = 0): number =>
    feather > 0 && distance < feather ? (distance + 1) / feather : 1;
  const feathered = Buffer.from(pixels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const factor =
        share(x, left) * share(width - 1 - x, right) * share(y, top) * share(height - 1 - y, bottom);
      feathered[y * width + x] = Math.round((pixels[y * width + x] ?? 0) * Math.min(1, factor));
    }
  }
  return { width, height, channels: 1, pixels: feathered };
});

const solidMask: NodeDefinition = {
  run(_context, inputs) {
    const value = Math.round(numberInput(inputs, 'value', 1) * 255);
    const mask = solidPicture(numberInput(inputs, 'width'), numberInput(inputs, 'height'), [value]);
    return { outputs: [{ type: 'MASK', pictures: [mask] }] };
  },
};

const maskToImage: NodeDefinition = {
  async run(_context, inputs) {
    const { pictures } = requireInput(inputs, 'mask', 'MASK');
    const images = await Promise.all(pictures.map((mask) => renderPicture(openPicture(mask), 3)));
    return { outputs: [{ type: 'IMAGE', pictures: images }] };
  },
};

const channelIndex: Readonly<Record<string, 0 | 1 | 2 | 3>> = { red: 0, green: 1, blue: 2, alpha: 3 };

const imageToMask: NodeDefinition = {
  async run(_context, inputs) {
    const channel = textInput(inputs, 'channel');
    const { pictures } = requireInput(inputs, 'image', 'IMAGE');
    const masks = await Promise.all(
      pictures.map((picture) => {
        if (channel === 'alpha' && picture.channels !== 4) {
          return solidPicture(picture.width, picture.height, [255]);
        }
        return extractMask(picture, channelIndex[channel] ?? 0);
      }),
    );
    return { outputs: [{ type: 'MASK', pictures: masks }] };
  },
};

/** Alpha is what the mask leaves: ComfyUI's masks select what is to be hidden. */
const joinImageWithAlpha: NodeDefinition = {
  async run(context, inputs) {
    const { pictures } = requireInput(inputs, 'image', 'IMAGE');
    const masks = requireInput(inputs, 'alpha', 'MASK').pictures;
    const joined = await Promise.all(
      pictures.map(async (picture, index) => {
        const fitted = await resizePicture(
          context,
          masks[index % masks.length] as Picture,
          picture,
          'bilinear',
        );
        const alpha = await renderPicture(openPicture(fitted).negate(), 1);
        const rgb = await renderPicture(openPicture(picture), 3);
        const { width, height } = picture;
        return renderPicture(
          openPicture(rgb).joinChannel(alpha.pixels, { raw: { width, height, channels: 1 } }),
          4,
        );
      }),
    );
    return { outputs: [{ type: 'IMAGE', pictures: joined }] };
  },
};

const splitImageWithAlpha: NodeDefinition = {
  async run(_context, inputs) {
    const { pictures } = requireInput(inputs, 'image', 'IMAGE');
    const images = await Promise.all(pictures.map((picture) => renderPicture(openPicture(picture), 3)));
    const masks = await Promise.all(
      pictures.map(async (picture) =>
        picture.channels === 4
          ? renderPicture(openPicture(await extractMask(picture, 3)).negate(), 1)
          : solidPicture(picture.width, picture.height, [0]),
      ),
    );
    return {
      outputs: [
        { type: 'IMAGE', pictures: images },
        { type: 'MASK', pictures: masks },
      ],
    };
  },
};

export const maskNodes: Readonly<Record<string, NodeDefinition>> = {
  InvertMask: invertMask,
  GrowMask: growMaskNode,
  FeatherMask: featherMask,
  SolidMask: solidMask,
  MaskToImage: maskToImage,
  ImageToMask: imageToMask,
  JoinImageWithAlpha: joinImageWithAlpha,
  SplitImageWithAlpha: splitImageWithAlpha,
};
