import sharp from 'sharp';
import type { MemoryPicture } from '../picture.ts';
import { type LabelText, labelOutlines } from './labelOutlines.ts';
import type { Rectangle } from './textArea.ts';

/** The first that fits says on the picture itself what it is. */
const texts = Object.keys(labelOutlines) as LabelText[];

interface Size {
  width: number;
  height: number;
}

/** Letters are this part of a square of the picture's area high, within limits. */
const fontShare = 1 / 54;
const smallestFontPixels = 8;
const largestFontPixels = 30;
/** The room around a line. */
const paddingEm = 0.6;
/** Where there is little room. */
const tight = { fontPixels: 7, padding: 1 };

/** A line of quiet letters, and the box around it. */
interface Line {
  text: LabelText;
  fontPixels: number;
  padding: number;
  box: Rectangle;
}

/**
 * What a picture says of itself, in the lower right corner of an area. Letters have the size that suits the picture,
 * or the one that the area leaves them; below 25 × 9 pixels nothing can be read, so nothing is written.
 */
export async function writeLabel(picture: MemoryPicture, area: Rectangle): Promise<MemoryPicture> {
  const line = fitLine(picture, area);
  if (!line || picture.channels !== 3) return picture;
  const { left, top, width, height } = line.box;
  const ink = await inkOf(line);
  const pixels = Buffer.from(picture.pixels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * 4;
      const share = (ink[from + 3] as number) / 255;
      const to = ((top + y) * picture.width + left + x) * 3;
      for (let channel = 0; channel < 3; channel++) {
        const below = pixels[to + channel] as number;
        pixels[to + channel] = Math.round(below + ((ink[from + channel] as number) - below) * share);
      }
    }
  }
  return { ...picture, pixels };
}

/** The frames of a film all have the same. */
let lastInk: { key: string; ink: Promise<Buffer> } | undefined;

function inkOf(line: Line): Promise<Buffer> {
  const { width, height } = line.box;
  const key = `${line.text} ${line.fontPixels} ${width} ${height}`;
  if (lastInk?.key !== key) lastInk = { key, ink: drawInk(line) };
  return lastInk.ink;
}

/** RGBA. */
async function drawInk(line: Line): Promise<Buffer> {
  const { width, height } = line.box;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${drawLine(line)}</svg>`;
  return sharp(Buffer.from(svg)).ensureAlpha().raw().toBuffer();
}

/** Where the label of a whole picture of this size stands; null where it has none. */
export function labelBox(picture: Size): Rectangle | null {
  return fitLine(picture, { left: 0, top: 0, ...picture })?.box ?? null;
}

function fitLine(picture: Size, area: Rectangle): Line | null {
  const usual = Math.round(Math.sqrt(picture.width * picture.height) * fontShare);
  for (const text of texts) {
    const widest = area.width / (emOf(text) + 2 * paddingEm);
    const highest = area.height / (1 + 2 * paddingEm);
    const fontPixels = Math.floor(
      Math.min(largestFontPixels, Math.max(smallestFontPixels, usual), widest, highest),
    );
    if (fontPixels >= smallestFontPixels)
      return createLine(area, { text, fontPixels, padding: fontPixels * paddingEm });
  }
  return (
    texts
      .map((text) => createLine(area, { text, ...tight }))
      .find(({ box }) => box.width <= area.width && box.height <= area.height) ?? null
  );
}

const emOf = (text: LabelText): number => labelOutlines[text].width / 100;

function createLine(area: Rectangle, line: Omit<Line, 'box'>): Line {
  const width = Math.ceil(line.fontPixels * emOf(line.text) + 2 * line.padding);
  const height = Math.ceil(line.fontPixels + 2 * line.padding);
  return { ...line, box: inCorner(area, { width, height }) };
}

const inCorner = (area: Rectangle, { width, height }: Size): Rectangle => ({
  left: area.left + area.width - width,
  top: area.top + area.height - height,
  width,
  height,
});

/** White with a dark rim, so that it is legible on anything and shouts on nothing. */
function drawLine({ text, fontPixels, padding }: Line): string {
  const place = `translate(${padding} ${padding + fontPixels * 0.8}) scale(${fontPixels / 100})`;
  const { path } = labelOutlines[text];
  return `<g transform="${place}"><path d="${path}" fill="none" stroke="#000" stroke-opacity="0.28" stroke-width="20" stroke-linejoin="round"/><path d="${path}" fill="#fff" fill-opacity="0.92"/></g>`;
}
