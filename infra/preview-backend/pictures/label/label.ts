import sharp, { type OverlayOptions } from 'sharp';
import { dotPath } from './pixelFont.ts';
import type { Rectangle } from './textArea.ts';

/** Says on the picture itself what it is. Lines are plain text in any script. */
export interface LabelText {
  /** From the fullest to the shortest: the first that fits is taken. */
  titles: readonly string[];
  lines: readonly string[];
  /** What lies under it may be the label of another picture. */
  isOpaque?: boolean;
}

/** Opacity of the band behind the letters. */
const usualShade = 0.62;
const opaqueShade = 1;
const smallestFontPixels = 8;
const largestFontPixels = 30;
const lineEm = 1.35;
const paddingEm = 0.6;
/** Bold letters are wider than others, and small ones of dots are the widest. */
const titleLetterEm = 0.75;
/** In dots, with the one between two letters. */
const dotLetter = { width: 6, height: 7 };

/**
 * A dark band along the lower edge of an area, as an overlay for sharp. Letters have the size that suits a picture of
 * this width, or the one that the area leaves them. Lines are cut to its width, and only as many are there as the
 * lower half holds. What has no room for letters gets a title in dots; below 25 × 9 pixels nothing can be read, so
 * nothing is drawn.
 */
export async function labelOverlay(
  pictureWidth: number,
  area: Rectangle,
  text: LabelText,
): Promise<OverlayOptions[]> {
  const title = fitTitle(pictureWidth, area, text.titles);
  const shade = text.isOpaque ? opaqueShade : usualShade;
  if (!title) return dottedTitle(area, text.titles, shade);
  const { fontPixels } = title;
  const lineHeight = Math.round(fontPixels * lineEm);
  const padding = Math.round(fontPixels * paddingEm);
  const roomForLines = Math.floor((area.height / 2 - 2 * padding) / lineHeight);
  const lines = [title.text, ...text.lines].slice(0, Math.max(1, roomForLines));
  const height = Math.min(area.height, lines.length * lineHeight + 2 * padding);
  const rows = await drawRows(lines, { fontPixels, lineHeight, padding, width: area.width });
  const letters = `<g font-family="sans-serif" font-size="${fontPixels}">${rows.join('')}</g>`;
  return band(area, { width: area.width, height, shade }, letters);
}

function fitTitle(pictureWidth: number, area: Rectangle, titles: readonly string[]) {
  const usual = Math.min(largestFontPixels, Math.max(smallestFontPixels, Math.round(pictureWidth / 36)));
  const highest = area.height / (lineEm + 2 * paddingEm);
  return titles
    .map((text) => {
      const widest = area.width / (text.length * titleLetterEm + 2 * paddingEm);
      return { text, fontPixels: Math.floor(Math.min(usual, highest, widest)) };
    })
    .find(({ fontPixels }) => fontPixels >= smallestFontPixels);
}

function dottedTitle(area: Rectangle, titles: readonly string[], shade: number): OverlayOptions[] {
  const sized = titles.map((text) => ({
    text,
    width: text.length * dotLetter.width + 1,
    height: dotLetter.height + 2,
  }));
  const title = sized.find(({ width, height }) => width <= area.width && height <= area.height);
  return title ? band(area, { ...title, shade }, `<path d="${dotPath(title.text, 1, 1, 1)}"/>`) : [];
}

function band(
  area: Rectangle,
  { width, height, shade }: Record<'width' | 'height' | 'shade', number>,
  content: string,
): OverlayOptions[] {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
<rect width="${width}" height="${height}" fill="#000" fill-opacity="${shade}"/><g fill="#fff">${content}</g></svg>`;
  return [{ input: Buffer.from(svg), left: area.left, top: area.top + area.height - height }];
}

async function drawRows(
  lines: readonly string[],
  {
    fontPixels,
    lineHeight,
    padding,
    width,
  }: Record<'fontPixels' | 'lineHeight' | 'padding' | 'width', number>,
): Promise<string[]> {
  const capacity = (width - 2 * padding) / fontPixels;
  const hasFonts = await fontsAreThere();
  return lines.map((line, index) => {
    const top = padding + index * lineHeight;
    if (!hasFonts) {
      const dot = Math.max(1, Math.floor(fontPixels / 9));
      const fitted = fitText(line, (capacity * fontPixels) / (dot * 10), 0.6);
      return `<path d="${dotPath(fitted, padding, top, dot)}"/>`;
    }
    const weight = index === 0 ? 'bold' : 'normal';
    const fitted = escapeXml(fitText(line, capacity));
    return `<text x="${padding}" y="${top + fontPixels}" font-weight="${weight}">${fitted}</text>`;
  });
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

/** Widths in ems, generous: East Asian and emoji characters fill a square, others a good half. */
function fitText(text: string, capacityEm: number, wideEm = 1.05): string {
  let used = 0;
  let fitted = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    used += /[\u1100-\u{1ffff}]/u.test(segment) ? wideEm : 0.6;
    if (used > capacityEm) return `${fitted.trimEnd()}…`;
    fitted += segment;
  }
  return fitted;
}

/** Text for XML: markup escaped, and characters that XML 1.0 forbids replaced. */
export function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll(forbiddenInXml, '\ufffd');
}

// XML 1.0, production 2 (Char): what is left out there, so far as a well-formed string can hold it.
const forbiddenInXml = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
