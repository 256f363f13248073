import sharp, { type OverlayOptions } from 'sharp';
import { dotPath } from './pixelFont.ts';

/** Says on the picture itself what it is. Lines are plain text in any script. */
export interface LabelText {
  title: string;
  lines: readonly string[];
}

const smallestFontPixels = 8;
const largestFontPixels = 30;

/**
 * A dark band along the lower edge, as an overlay for sharp. Text is cut to the picture's width; on very small
 * pictures only the title is left, and below 48 pixels nothing can be read, so nothing is drawn.
 */
export async function labelOverlay(
  width: number,
  height: number,
  text: LabelText,
): Promise<OverlayOptions[]> {
  if (width < 48 || height < 48) return [];
  const fontPixels = Math.min(largestFontPixels, Math.max(smallestFontPixels, Math.round(width / 36)));
  const lineHeight = Math.round(fontPixels * 1.35);
  const padding = Math.round(fontPixels * 0.6);
  const roomForLines = Math.floor((height / 2 - 2 * padding) / lineHeight);
  const lines = [text.title, ...text.lines].slice(0, Math.max(1, roomForLines));
  const bandHeight = lines.length * lineHeight + 2 * padding;
  const capacity = (width - 2 * padding) / fontPixels;
  const hasFonts = await fontsAreThere();
  const rows = lines.map((line, index) => {
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
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${bandHeight}">
<rect width="${width}" height="${bandHeight}" fill="#000" fill-opacity="0.62"/>
<g fill="#fff" font-family="sans-serif" font-size="${fontPixels}">${rows.join('')}</g></svg>`;
  return [{ input: Buffer.from(svg), left: 0, top: height - bandHeight }];
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
