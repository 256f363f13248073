import { loadPicture, openPicture, type Picture, renderPicture, solidPicture } from '../pictures/picture.ts';
import { resizePicture } from '../pictures/resizePicture.ts';
import { type NodeContext, type NodeDefinition, NodeFailure } from './node.ts';
import { flagInput, type NodeInputs, numberInput, requireInput } from './values.ts';

/** What a batch of pictures becomes, one by one. */
export function mapPictures(
  change: (picture: Picture, inputs: NodeInputs, context: NodeContext) => Promise<Picture>,
): NodeDefinition {
  return {
    async run(context, inputs) {
      const changed: Picture[] = [];
      for (const picture of requireInput(inputs, 'image', 'IMAGE').pictures) {
        context.throwIfInterrupted();
        changed.push(await change(picture, inputs, context));
      }
      return { outputs: [{ type: 'IMAGE', pictures: changed }] };
    },
  };
}

const imageInvert = mapPictures((picture) =>
  renderPicture(openPicture(picture).negate({ alpha: false }), picture.channels),
);

const imageCrop = mapPictures((picture, inputs) => {
  const left = Math.min(numberInput(inputs, 'x'), picture.width - 1);
  const top = Math.min(numberInput(inputs, 'y'), picture.height - 1);
  const width = Math.min(numberInput(inputs, 'width'), picture.width - left);
  const height = Math.min(numberInput(inputs, 'height'), picture.height - top);
  return renderPicture(openPicture(picture).extract({ left, top, width, height }), picture.channels);
});

const imageBlur = mapPictures((picture, inputs) =>
  renderPicture(openPicture(picture).blur(Math.max(0.3, numberInput(inputs, 'sigma', 1))), picture.channels),
);

const imageSharpen = mapPictures((picture, inputs) => {
  const sharper = openPicture(picture).sharpen({
    sigma: Math.min(10, Math.max(0.000001, numberInput(inputs, 'sigma', 1))),
    m1: numberInput(inputs, 'alpha', 1),
    m2: numberInput(inputs, 'alpha', 1),
  });
  return renderPicture(sharper, picture.channels);
});

const canny = mapPictures(async (picture, inputs, { workers }) => {
  const grey = await renderPicture(openPicture(picture).greyscale(), 1);
  const edges = await workers.run('canny', {
    width: grey.width,
    height: grey.height,
    grey: grey.pixels,
    low: numberInput(inputs, 'low_threshold', 0.4),
    high: numberInput(inputs, 'high_threshold', 0.8),
  });
  const mask: Picture = { ...grey, pixels: Buffer.from(edges.buffer) };
  return renderPicture(openPicture(mask), 3);
});

/** Beyond this PyTorch's CPU allocator gives up on the machines this stands in for. */
const allocatableBytes = 64 * 1024 ** 3;

const emptyImage: NodeDefinition = {
  run(_context, inputs) {
    const width = numberInput(inputs, 'width');
    const height = numberInput(inputs, 'height');
    const count = numberInput(inputs, 'batch_size');
    const tensorBytes = width * height * count * 4;
    if (tensorBytes > allocatableBytes) {
      throw new NodeFailure(
        'RuntimeError',
        `[enforce fail at alloc_cpu.cpp:118] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate ${tensorBytes} bytes. Error code 12 (Cannot allocate memory)`,
      );
    }
    const colour = numberInput(inputs, 'color');
    const picture = solidPicture(width, height, [(colour >> 16) & 255, (colour >> 8) & 255, colour & 255]);
    return { outputs: [{ type: 'IMAGE', pictures: Array.from({ length: count }, () => picture) }] };
  },
};

const imageBatch: NodeDefinition = {
  async run(context, inputs) {
    const { pictures } = requireInput(inputs, 'image1', 'IMAGE');
    const added = requireInput(inputs, 'image2', 'IMAGE').pictures;
    const first = pictures[0] as Picture;
    const fitted = await Promise.all(
      added.map((picture) =>
        picture.width === first.width && picture.height === first.height
          ? picture
          : resizePicture(context, picture, first, 'bilinear', 'center'),
      ),
    );
    return { outputs: [{ type: 'IMAGE', pictures: [...pictures, ...fitted] }] };
  },
};

const repeatImageBatch: NodeDefinition = {
  run(_context, inputs) {
    const { pictures } = requireInput(inputs, 'image', 'IMAGE');
    const repeated = Array.from({ length: numberInput(inputs, 'amount', 1) }, () => pictures).flat();
    return { outputs: [{ type: 'IMAGE', pictures: repeated }] };
  },
};

const imageFromBatch: NodeDefinition = {
  run(_context, inputs) {
    const { pictures } = requireInput(inputs, 'image', 'IMAGE');
    const from = Math.min(pictures.length - 1, numberInput(inputs, 'batch_index'));
    return {
      outputs: [{ type: 'IMAGE', pictures: pictures.slice(from, from + numberInput(inputs, 'length', 1)) }],
    };
  },
};

/** Grey borders around the picture, and a mask that selects them with a soft edge into the picture. */
const imagePadForOutpaint: NodeDefinition = {
  async run(_context, inputs) {
    const [left, top, right, bottom] = ['left', 'top', 'right', 'bottom'].map((side) =>
      numberInput(inputs, side),
    );
    const feathering = numberInput(inputs, 'feathering');
    const padded: Picture[] = [];
    const masks: Picture[] = [];
    for (const picture of requireInput(inputs, 'image', 'IMAGE').pictures) {
      const border = { left, top, right, bottom } as {
        left: number;
        top: number;
        right: number;
        bottom: number;
      };
      const extended = openPicture(picture).extend({ ...border, background: { r: 128, g: 128, b: 128 } });
      padded.push(await renderPicture(extended, 3));
      masks.push(outpaintMask(picture, border, feathering));
    }
    return {
      outputs: [
        { type: 'IMAGE', pictures: padded },
        { type: 'MASK', pictures: masks.slice(0, 1) },
      ],
    };
  },
};

function outpaintMask(
  picture: Picture,
  border: { left: number; top: number; right: number; bottom: number },
  feathering: number,
): Picture {
  const width = picture.width + border.left + border.right;
  const height = picture.height + border.top + border.bottom;
  const pixels = Buffer.alloc(width * height, 255);
  const feathers = feathering > 0 && feathering * 2 < picture.height && feathering * 2 < picture.width;
  for (let y = 0; y < picture.height; y++) {
    for (let x = 0; x < picture.width; x++) {
      const distance = Math.min(
        border.top > 0 ? y : picture.height,
        border.bottom > 0 ? picture.height - y : picture.height,
        border.left > 0 ? x : picture.width,
        border.right > 0 ? picture.width - x : picture.width,
      );
      const share = feathers && distance < feathering ? ((feathering - distance) / feathering) ** 2 : 0;
      pixels[(y + border.top) * width + x + border.left] = Math.round(share * 255);
    }
  }
  return { width, height, channels: 1, pixels };
}

const imageCompositeMasked: NodeDefinition = {
  async run(context, inputs) {
    const destination = requireInput(inputs, 'destination', 'IMAGE').pictures;
    const sources = requireInput(inputs, 'source', 'IMAGE').pictures;
    const mask = inputs.get('mask');
    const composed: Picture[] = [];
    for (const [index, picture] of destination.entries()) {
      const given = sources[index % sources.length] as Picture;
      const source = flagInput(inputs, 'resize_source')
        ? await resizePicture(context, given, picture, 'bilinear')
        : given;
      const x = numberInput(inputs, 'x');
      const y = numberInput(inputs, 'y');
      const width = Math.min(source.width, picture.width - x);
      const height = Math.min(source.height, picture.height - y);
      if (width <= 0 || height <= 0) {
        composed.push(picture);
        continue;
      }
      const alpha =
        mask?.type === 'MASK'
          ? await resizePicture(
              context,
              mask.pictures[index % mask.pictures.length] as Picture,
              source,
              'bilinear',
            )
          : solidPicture(source.width, source.height, [255]);
      const layer = await renderPicture(
        openPicture(await renderPicture(openPicture(source), 3)).joinChannel(
          (await loadPicture(alpha)).pixels,
          {
            raw: { width: source.width, height: source.height, channels: 1 },
          },
        ),
        4,
      );
      const cropped = await renderPicture(openPicture(layer).extract({ left: 0, top: 0, width, height }), 4);
      const overlay = {
        input: cropped.pixels,
        raw: { width, height, channels: 4 as const },
        left: x,
        top: y,
      };
      composed.push(await renderPicture(openPicture(picture).composite([overlay]), 3));
    }
    return { outputs: [{ type: 'IMAGE', pictures: composed }] };
  },
};

export const imageNodes: Readonly<Record<string, NodeDefinition>> = {
  ImageInvert: imageInvert,
  ImageCrop: imageCrop,
  ImageBlur: imageBlur,
  ImageSharpen: imageSharpen,
  Canny: canny,
  EmptyImage: emptyImage,
  ImageBatch: imageBatch,
  RepeatImageBatch: repeatImageBatch,
  ImageFromBatch: imageFromBatch,
  ImagePadForOutpaint: imagePadForOutpaint,
  ImageCompositeMasked: imageCompositeMasked,
};
