import sharp from 'sharp';
import type { MemoryPicture } from './picture.ts';
import type { Rectangle } from './textArea.ts';

const preview =
  'M26-8L26-8L26 21L8 21L8-55L26-55L26-47Q29-51 34-54Q38-56 44-56L44-56Q54-56 61-48Q67-40 67-27L67-27Q67-15 61-7Q54 1 44 1L44 1Q38 1 34-1Q29-3 26-8M38-43L38-43Q32-43 29-39Q26-35 26-27L26-27Q26-20 29-15Q32-11 38-11L38-11Q43-11 46-15Q49-19 49-27L49-27Q49-35 46-39Q43-43 38-43M121-56L121-40Q118-41 116-41Q114-42 111-42L111-42Q105-42 101-38Q97-33 97-25L97-25L97 0L80 0L80-55L97-55L97-46Q101-51 105-54Q110-56 116-56L116-56Q117-56 118-56Q119-56 121-56L121-56M184-27L184-27L184-23L143-23Q144-16 147-13Q151-10 158-10L158-10Q164-10 169-12Q175-13 181-17L181-17L181-3Q175-1 169 0Q163 1 156 1L156 1Q142 1 133-6Q125-14 125-27L125-27Q125-41 133-48Q141-56 156-56L156-56Q168-56 176-48Q184-40 184-27M143-33L166-33Q166-38 163-41Q160-44 155-44L155-44Q150-44 147-42Q144-39 143-33L143-33M212 0L190-55L208-55L221-17L235-55L252-55L231 0L212 0M262 0L262-55L280-55L280 0L262 0M262-62L262-76L280-76L280-62L262-62M351-27L351-27L351-23L310-23Q311-16 315-13Q319-10 325-10L325-10Q331-10 337-12Q342-13 349-17L349-17L349-3Q342-1 336 0Q330 1 324 1L324 1Q309 1 301-6Q292-14 292-27L292-27Q292-41 301-48Q309-56 323-56L323-56Q336-56 343-48Q351-40 351-27M310-33L333-33Q333-38 330-41Q327-44 323-44L323-44Q318-44 314-42Q311-39 310-33L310-33M374 0L360-55L377-55L386-17L395-55L410-55L419-17L428-55L445-55L431 0L411 0L402-38L393 0L374 0';
const noGpu =
  'M494-25L494-44L512-44L512-25L494-25M620-33L620-33L620 0L602 0L602-5L602-25Q602-33 602-35Q602-38 601-39L601-39Q600-41 598-42Q596-43 594-43L594-43Q589-43 586-39Q582-34 582-27L582-27L582 0L565 0L565-55L582-55L582-47Q586-51 591-54Q595-56 601-56L601-56Q610-56 615-50Q620-44 620-33M662-44L662-44Q656-44 653-39Q650-35 650-27L650-27Q650-19 653-15Q656-11 662-11L662-11Q668-11 671-15Q674-19 674-27L674-27Q674-35 671-39Q668-44 662-44M662-56L662-56Q676-56 684-48Q692-41 692-27L692-27Q692-14 684-6Q676 1 662 1L662 1Q648 1 640-6Q632-14 632-27L632-27Q632-41 640-48Q648-56 662-56M806-40L806-5Q799-2 791 0Q784 1 776 1L776 1Q758 1 747-9Q736-19 736-36L736-36Q736-54 747-64Q758-74 777-74L777-74Q784-74 791-73Q797-71 803-69L803-69L803-54Q797-57 791-59Q785-61 779-61L779-61Q768-61 762-54Q756-48 756-36L756-36Q756-25 762-19Q767-12 778-12L778-12Q781-12 784-13Q786-13 788-14L788-14L788-28L777-28L777-40L806-40M823 0L823-73L854-73Q868-73 875-67Q883-61 883-49L883-49Q883-38 875-31Q868-25 854-25L854-25L841-25L841 0L823 0M852-59L841-59L841-39L852-39Q857-39 860-42Q863-44 863-49L863-49Q863-54 860-57Q857-59 852-59L852-59M896-29L896-73L915-73L915-29Q915-20 918-16Q921-12 927-12L927-12Q934-12 937-16Q940-20 940-29L940-29L940-73L959-73L959-29Q959-14 951-6Q943 1 927 1L927 1Q911 1 904-6Q896-14 896-29L896-29';
const demo =
  'M46-47L46-47L46-76L63-76L63 0L46 0L46-8Q42-3 38-1Q33 1 28 1L28 1Q17 1 11-7Q4-15 4-27L4-27Q4-40 11-48Q17-56 28-56L28-56Q33-56 38-54Q42-51 46-47M34-11L34-11Q40-11 43-15Q46-19 46-27L46-27Q46-35 43-39Q40-43 34-43L34-43Q29-43 26-39Q23-35 23-27L23-27Q23-19 26-15Q29-11 34-11M135-27L135-27L135-23L94-23Q94-16 98-13Q102-10 109-10L109-10Q114-10 120-12Q126-13 132-17L132-17L132-3Q126-1 120 0Q113 1 107 1L107 1Q92 1 84-6Q76-14 76-27L76-27Q76-41 84-48Q92-56 106-56L106-56Q119-56 127-48Q135-40 135-27M94-33L117-33Q117-38 114-41Q111-44 106-44L106-44Q101-44 98-42Q95-39 94-33L94-33M198-46L198-46Q202-51 206-53Q211-56 216-56L216-56Q226-56 231-50Q236-44 236-33L236-33L236 0L218 0L218-29Q218-29 218-30Q218-31 218-32L218-32Q218-38 217-40Q215-43 211-43L211-43Q206-43 203-39Q201-35 200-27L200-27L200 0L183 0L183-29Q183-38 181-40Q180-43 176-43L176-43Q171-43 168-39Q165-35 165-27L165-27L165 0L148 0L148-55L165-55L165-47Q169-51 173-54Q177-56 182-56L182-56Q188-56 192-53Q196-51 198-46M278-44L278-44Q272-44 269-39Q266-35 266-27L266-27Q266-19 269-15Q272-11 278-11L278-11Q284-11 287-15Q290-19 290-27L290-27Q290-35 287-39Q284-44 278-44M278-56L278-56Q292-56 300-48Q308-41 308-27L308-27Q308-14 300-6Q292 1 278 1L278 1Q264 1 256-6Q248-14 248-27L248-27Q248-41 256-48Q264-56 278-56';

/**
 * The labels, from the fullest to the shortest, as the outlines of DejaVu Sans Bold, 100 to an em: a machine may have no
 * font, and another font would make other bytes.
 */
const labelOutlines = {
  'preview · no GPU': { width: 968, path: preview + noGpu },
  preview: { width: 449, path: preview },
  demo: { width: 313, path: demo },
};

type LabelText = keyof typeof labelOutlines;

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
