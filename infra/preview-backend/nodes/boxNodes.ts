import { z } from 'zod';
import { type MemoryPicture, openPicture, renderPicture, solidPicture } from '../pictures/picture.ts';
import { type Ellipse, softEllipse } from '../pictures/softEllipse.ts';
import { type NodeDefinition, NodeFailure } from './node.ts';
import { findInput, flagInput, literal, type NodeInputs, numberInput, requireInput } from './values.ts';

interface Size {
  width: number;
  height: number;
}

/** In pixels. */
const boxSchema = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });
type Box = z.output<typeof boxSchema>;

/** One box, those of one picture, or those of each picture. */
const boxesSchema = z.union([
  boxSchema.transform((box) => [box]),
  z.array(boxSchema),
  z.array(z.array(boxSchema)).transform((frames) => frames.flat()),
]);

const pointsSchema = z.array(z.object({ x: z.number(), y: z.number() }));

function readBoxes(inputs: NodeInputs): Box[] {
  const value = literal(inputs, 'bboxes');
  return value === null ? [] : boxesSchema.parse(value);
}

function readPoints(inputs: NodeInputs, name: string): z.output<typeof pointsSchema> {
  const text = literal(inputs, name);
  if (typeof text !== 'string' || text.trim() === '') return [];
  try {
    return pointsSchema.parse(JSON.parse(text));
  } catch {
    throw new NodeFailure('JSONDecodeError', `${name} is no list of points: [{"x": 1, "y": 2}]`);
  }
}

/** How far the stand-in for what is at a point reaches from it, in shares of a side. */
const reach = 0.2;

/** Nobody sees here what there is: an ellipse about each point, in each box, or about the middle stands for it. */
function find(inputs: NodeInputs, { width, height }: Size): Ellipse[] {
  const found = [
    ...readPoints(inputs, 'positive_coords').map(({ x, y }) => ({
      x: x / width,
      y: y / height,
      across: reach,
      down: reach,
    })),
    ...readBoxes(inputs).map((box) => ({
      x: (box.x + box.width / 2) / width,
      y: (box.y + box.height / 2) / height,
      across: box.width / 2 / width,
      down: box.height / 2 / height,
    })),
  ];
  const isAskedInWords = findInput(inputs, 'conditioning', 'CONDITIONING') !== null;
  return found.length === 0 && isAskedInWords ? [{ x: 0.5, y: 0.5, across: 0.4, down: 0.4 }] : found;
}

function boxAround({ x, y, across, down }: Ellipse, { width, height }: Size): Box & { score: number } {
  const toPixel = (share: number, side: number) => Math.round(Math.min(1, Math.max(0, share)) * side);
  const [left, top] = [toPixel(x - across, width), toPixel(y - down, height)];
  const [right, bottom] = [toPixel(x + across, width), toPixel(y + down, height)];
  return { x: left, y: top, width: right - left, height: bottom - top, score: 1 };
}

function joinMasks(masks: readonly MemoryPicture[], size: Size): MemoryPicture {
  const joined = solidPicture(size.width, size.height, [0]);
  for (const { pixels } of masks)
    for (let at = 0; at < pixels.length; at++)
      joined.pixels[at] = Math.max(joined.pixels[at] ?? 0, pixels[at] ?? 0);
  return joined;
}

/** Masks, one for each thing or for all of a picture, and boxes by picture. */
const detects: NodeDefinition = {
  run(context, inputs) {
    const { pictures } = requireInput(inputs, 'image', 'IMAGE');
    const masks: MemoryPicture[] = [];
    const boxes: (Box & { score: number })[][] = [];
    for (const [index, picture] of pictures.entries()) {
      const ellipses = find(inputs, picture);
      const found = ellipses.map((ellipse) => softEllipse(picture, ellipse));
      masks.push(...(flagInput(inputs, 'individual_masks') ? found : [joinMasks(found, picture)]));
      boxes.push(ellipses.map((ellipse) => boxAround(ellipse, picture)));
      context.progress(index + 1, pictures.length);
    }
    return {
      outputs: [
        { type: 'MASK', pictures: masks },
        { type: 'LITERAL', value: boxes },
      ],
    };
  },
};

const boxOfNumbers: NodeDefinition = {
  run(_context, inputs) {
    const [x = 0, y = 0, width = 0, height = 0] = ['x', 'y', 'width', 'height'].map((name) =>
      numberInput(inputs, name),
    );
    return { outputs: [{ type: 'LITERAL', value: { x, y, width, height } }] };
  },
};

/** Around each, on the picture; without one on black that holds them all. */
const drawsBoxes: NodeDefinition = {
  async run(_context, inputs) {
    const boxes = readBoxes(inputs);
    const farthest = (side: (box: Box) => number) =>
      Math.max(64, ...boxes.map((box) => Math.ceil(side(box))));
    const black = () =>
      solidPicture(
        farthest(({ x, width }) => x + width),
        farthest(({ y, height }) => y + height),
        [0, 0, 0],
      );
    const pictures = findInput(inputs, 'image', 'IMAGE')?.pictures ?? [black()];
    const drawn = pictures.map((picture) => {
      const { width, height } = picture;
      const line = Math.max(2, Math.round(Math.max(width, height) / 200));
      const frames = boxes.map(
        (box) =>
          `<rect x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}" fill="none" stroke="#ff3030" stroke-width="${line}"/>`,
      );
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${frames.join('')}</svg>`;
      return renderPicture(openPicture(picture).composite([{ input: Buffer.from(svg) }]), 3);
    });
    return { outputs: [{ type: 'IMAGE', pictures: await Promise.all(drawn) }] };
  },
};

/** What is where in a picture, in masks and numbers. */
export const boxNodes: Readonly<Record<string, NodeDefinition>> = {
  SAM3_Detect: detects,
  PrimitiveBoundingBox: boxOfNumbers,
  DrawBBoxes: drawsBoxes,
};
