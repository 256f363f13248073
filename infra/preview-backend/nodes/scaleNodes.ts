import sharp from 'sharp';
import { openPicture, type Picture, renderPicture } from '../pictures/picture.ts';
import { resizePicture } from '../pictures/resizePicture.ts';
import { mapPictures } from './imageNodes.ts';
import type { NodeDefinition } from './node.ts';
import { type NodeInputs, numberInput, requireInput, textInput } from './values.ts';

interface Size {
  width: number;
  height: number;
}

const atLeastOne = (side: number): number => Math.max(1, Math.round(side));

const scaledBy = ({ width, height }: Size, factor: number): Size => ({
  width: atLeastOne(width * factor),
  height: atLeastOne(height * factor),
});

/** A side left 0 follows from the other by the picture's shape; both 0 leave the picture alone. */
function targetSize(picture: Size, width: number, height: number): Size {
  if (width === 0 && height === 0) return { width: picture.width, height: picture.height };
  if (width === 0) return { width: atLeastOne((picture.width * height) / picture.height), height };
  if (height === 0) return { width, height: atLeastOne((picture.height * width) / picture.width) };
  return { width, height };
}

/** The size of about so many pixels, whose sides are multiples of a step. */
function totalPixels({ width, height }: Size, megapixels: number, step: number): Size {
  const factor = Math.sqrt((megapixels * 1024 * 1024) / (width * height));
  const fit = (side: number): number => Math.max(step, Math.round((side * factor) / step) * step);
  return { width: fit(width), height: fit(height) };
}

/** A picture becomes as large as this says; `crop` first cuts it to that shape. */
function scales(sizeOf: (picture: Picture, inputs: NodeInputs) => Size, crop = 'disabled'): NodeDefinition {
  return mapPictures((picture, inputs, context) => {
    const method = textInput(inputs, 'upscale_method', 'lanczos');
    return resizePicture(context, picture, sizeOf(picture, inputs), method, textInput(inputs, 'crop', crop));
  });
}

/** The sizes that Flux Kontext was trained on, widths by heights. */
const kontextSizes: readonly (readonly [number, number])[] = [
  [672, 1568],
  [688, 1504],
  [720, 1456],
  [752, 1392],
  [800, 1328],
  [832, 1248],
  [880, 1184],
  [944, 1104],
  [1024, 1024],
  [1104, 944],
  [1184, 880],
  [1248, 832],
  [1328, 800],
  [1392, 752],
  [1456, 720],
  [1504, 688],
  [1568, 672],
];

function kontextSize({ width, height }: Size): Size {
  const off = ([w, h]: readonly [number, number]): number => Math.abs(width / height - w / h);
  const [nearest = [1024, 1024] as const] = kontextSizes.toSorted((a, b) => off(a) - off(b));
  return { width: nearest[0], height: nearest[1] };
}

const longerEdge = (picture: Size, edge: number): Size =>
  scaledBy(picture, edge / Math.max(picture.width, picture.height));

/** What `ResizeImageMaskNode` makes of a size, by the option chosen and that option's own inputs. */
const resizeTypes: Readonly<Record<string, (picture: Size, inputs: NodeInputs) => Size>> = {
  'scale dimensions': (picture, inputs) =>
    targetSize(picture, numberInput(inputs, 'resize_type.width'), numberInput(inputs, 'resize_type.height')),
  'scale by multiplier': (picture, inputs) =>
    scaledBy(picture, numberInput(inputs, 'resize_type.multiplier', 1)),
  'scale longer dimension': (picture, inputs) =>
    longerEdge(picture, numberInput(inputs, 'resize_type.longer_size', 512)),
  'scale shorter dimension': (picture, inputs) =>
    scaledBy(picture, numberInput(inputs, 'resize_type.shorter_size', 512) / shorter(picture)),
  'scale width': (picture, inputs) => targetSize(picture, numberInput(inputs, 'resize_type.width', 512), 0),
  'scale height': (picture, inputs) => targetSize(picture, 0, numberInput(inputs, 'resize_type.height', 512)),
  'scale total pixels': (picture, inputs) =>
    totalPixels(picture, numberInput(inputs, 'resize_type.megapixels', 1), 1),
  'match size': (picture, inputs) => {
    const match = inputs.get('resize_type.match');
    return match && 'pictures' in match ? (match.pictures[0] ?? picture) : picture;
  },
  'scale to multiple': ({ width, height }, inputs) => {
    const multiple = numberInput(inputs, 'resize_type.multiple', 8);
    const cut = (side: number): number => Math.max(multiple, side - (side % multiple));
    return { width: cut(width), height: cut(height) };
  },
};

const shorter = ({ width, height }: Size): number => Math.min(width, height);

/** Cut out of the middle rather than distorted. */
const cuts = ['scale to multiple'];

const resizeImageMask: NodeDefinition = {
  async run(context, inputs) {
    const source = inputs.get('input');
    const kind = textInput(inputs, 'resize_type');
    const sizeOf = resizeTypes[kind];
    if (!source || (source.type !== 'IMAGE' && source.type !== 'MASK') || !sizeOf) return { outputs: [] };
    const method = textInput(inputs, 'scale_method', 'area');
    const crop = cuts.includes(kind) ? 'center' : textInput(inputs, 'resize_type.crop', 'disabled');
    const pictures: Picture[] = [];
    for (const picture of source.pictures) {
      context.throwIfInterrupted();
      pictures.push(await resizePicture(context, picture, sizeOf(picture, inputs), method, crop));
    }
    return { outputs: [{ ...source, pictures }] };
  },
};

/** The longer or shorter edge becomes this long, by Lanczos. */
function resizesEdge(input: string, edge: (picture: Size) => number): NodeDefinition {
  return {
    async run(context, inputs) {
      const pictures: Picture[] = [];
      for (const picture of requireInput(inputs, 'images', 'IMAGE').pictures) {
        context.throwIfInterrupted();
        const size = scaledBy(picture, numberInput(inputs, input) / edge(picture));
        pictures.push(await resizePicture(context, picture, size, 'lanczos'));
      }
      return { outputs: [{ type: 'IMAGE', pictures }] };
    },
  };
}

const getImageSize: NodeDefinition = {
  run(_context, inputs) {
    const { pictures } = requireInput(inputs, 'image', 'IMAGE');
    const { width, height } = pictures[0] as Picture;
    return {
      outputs: [width, height, pictures.length].map((value) => ({ type: 'LITERAL' as const, value })),
    };
  },
};

/** What a film of that quality loses: LTX learned from compressed ones. */
const ltxPreprocess: NodeDefinition = mapPictures(async (picture, inputs) => {
  const compression = numberInput(inputs, 'img_compression', 35);
  const even = { width: picture.width - (picture.width % 2), height: picture.height - (picture.height % 2) };
  const cut = openPicture(picture).extract({ left: 0, top: 0, ...even });
  if (compression === 0) return renderPicture(cut, 3);
  const worse = await cut.jpeg({ quality: Math.max(1, 100 - compression) }).toBuffer();
  return renderPicture(sharp(worse), 3);
});

export const scaleNodes: Readonly<Record<string, NodeDefinition>> = {
  ImageScale: scales((picture, inputs) =>
    targetSize(picture, numberInput(inputs, 'width'), numberInput(inputs, 'height')),
  ),
  ImageScaleBy: scales((picture, inputs) => scaledBy(picture, numberInput(inputs, 'scale_by', 1))),
  ImageScaleToTotalPixels: scales((picture, inputs) =>
    totalPixels(picture, numberInput(inputs, 'megapixels', 1), numberInput(inputs, 'resolution_steps', 1)),
  ),
  ImageScaleToMaxDimension: scales((picture, inputs) =>
    longerEdge(picture, numberInput(inputs, 'largest_size', 512)),
  ),
  FluxKontextImageScale: scales(kontextSize, 'center'),
  ResizeImageMaskNode: resizeImageMask,
  ResizeImagesByLongerEdge: resizesEdge('longer_edge', ({ width, height }) => Math.max(width, height)),
  ResizeImagesByShorterEdge: resizesEdge('shorter_edge', shorter),
  GetImageSize: getImageSize,
  LTXVPreprocess: ltxPreprocess,
};
