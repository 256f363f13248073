import sharp from 'sharp';
import type { MemoryPicture } from '../picture.ts';
import { dotPath } from './pixelFont.ts';
import type { Rectangle } from './textArea.ts';

/** From the fullest to the shortest: the first that fits says on the picture itself what it is. */
const texts = ['preview · no GPU', 'preview', 'demo'] as const;

interface Size {
  width: number;
  height: number;
}

/** Letters are this part of a square of the picture's area high, within limits. */
const fontShare = 1 / 54;
const smallestFontPixels = 8;
const largestFontPixels = 30;
/** A letter's width, generous, and the room around a line. */
const letterEm = 0.58;
const paddingEm = 0.6;
/** In dots, with the one between two letters. */
const dotLetter = { width: 6, height: 7 };

/** A line of quiet letters, and the box around it. */
interface Line {
  text: string;
  /** 0 where letters are made of dots. */
  fontPixels: number;
  box: Rectangle;
}

/**
 * What a picture says of itself, in the lower right corner of an area. Letters have the size that suits the picture,
 * or the one that the area leaves them. What has no room for letters gets dots; below 25 × 9 pixels nothing can be
 * read, so nothing is written.
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
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${await drawLine(line)}</svg>`;
  return sharp(Buffer.from(svg)).ensureAlpha().raw().toBuffer();
}

/** Where the label of a whole picture of this size stands; null where it has none. */
export function labelBox(picture: Size): Rectangle | null {
  return fitLine(picture, { left: 0, top: 0, ...picture })?.box ?? null;
}

function fitLine(picture: Size, area: Rectangle): Line | null {
  const usual = Math.round(Math.sqrt(picture.width * picture.height) * fontShare);
  for (const text of texts) {
    const widest = area.width / (text.length * letterEm + 2 * paddingEm);
    const highest = area.height / (1 + 2 * paddingEm);
    const fontPixels = Math.floor(
      Math.min(largestFontPixels, Math.max(smallestFontPixels, usual), widest, highest),
    );
    if (fontPixels < smallestFontPixels) continue;
    const width = Math.ceil(fontPixels * (text.length * letterEm + 2 * paddingEm));
    return {
      text,
      fontPixels,
      box: inCorner(area, { width, height: Math.ceil(fontPixels * (1 + 2 * paddingEm)) }),
    };
  }
  const dotted = texts
    .map((text) => ({ text, width: text.length * dotLetter.width + 1, height: dotLetter.height + 2 }))
    .find(({ width, height }) => width <= area.width && height <= area.height);
  return dotted ? { text: dotted.text, fontPixels: 0, box: inCorner(area, dotted) } : null;
}

const inCorner = (area: Rectangle, { width, height }: Size): Rectangle => ({
  left: area.left + area.width - Math.min(width, area.width),
  top: area.top + area.height - Math.min(height, area.height),
  width: Math.min(width, area.width),
  height: Math.min(height, area.height),
});

/** White with a dark rim, so that it is legible on anything and shouts on nothing. */
async function drawLine({ text, fontPixels, box }: Line): Promise<string> {
  if (fontPixels === 0) {
    const path = dotPath(text, 1, 1, 1);
    return `<path d="${path}" fill="#fff" stroke="#000" stroke-opacity="0.5" stroke-width="1" paint-order="stroke"/>`;
  }
  const padding = Math.round(fontPixels * paddingEm);
  if (!(await fontsAreThere())) {
    const dot = Math.max(1, Math.floor((box.width - padding) / (text.length * dotLetter.width)));
    const left = box.width - text.length * dotLetter.width * dot - Math.round(padding / 2);
    return `<path d="${dotPath(text, left, padding, dot)}" fill="#fff" fill-opacity="0.8"/>`;
  }
  const place = `x="${box.width - padding}" y="${Math.round(padding + fontPixels * 0.8)}" text-anchor="end"`;
  const font = `font-family="sans-serif" font-size="${fontPixels}"`;
  const rim = `fill="none" stroke="#000" stroke-opacity="0.28" stroke-width="${fontPixels * 0.2}" stroke-linejoin="round"`;
  return `<text ${place} ${font} ${rim}>${text}</text><text ${place} ${font} fill="#fff" fill-opacity="0.92">${text}</text>`;
}

let fontCheck: Promise<boolean> | null = null;

/** Whether text can be drawn at all: without a font, letters come out as nothing or as the same box. */
function fontsAreThere(): Promise<boolean> {
  const draw = (letter: string): Promise<Buffer> =>
    sharp(
      Buffer.from(
        `<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32"><text x="2" y="26" font-family="sans-serif" font-size="26">${letter}</text></svg>`,
      ),
    )
      .raw()
      .toBuffer();
  fontCheck ??= Promise.all([draw('I'), draw('W')]).then(([narrow, wide]) => !narrow.equals(wide));
  return fontCheck;
}
