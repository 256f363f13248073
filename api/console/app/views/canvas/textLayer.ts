import type { LayerText } from './engine/board.ts';
import { noTiles, type Tiles, writePixels } from './engine/tiles.ts';

const lineHeight = 1.3;
const mostSide = 4_096;

/** The squares of words, drawn by the browser's own fonts. */
export function drawText({ words, size, colour, font, isBold }: LayerText): Tiles {
  const lines = words.split('\n');
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('the browser gives no canvas to draw on');
  const style = `${isBold ? 'bold ' : ''}${size}px ${font}`;
  context.font = style;
  const widest = Math.max(...lines.map((line) => context.measureText(line).width));
  // Slanted letters and those with tails reach beyond their own width.
  const room = Math.ceil(size / 3);
  const width = Math.min(mostSide, Math.ceil(widest) + 2 * room);
  const height = Math.min(mostSide, Math.ceil(lines.length * size * lineHeight) + room);
  Object.assign(canvas, { width, height });
  // A canvas that is sized anew has forgotten how it draws.
  Object.assign(context, { font: style, fillStyle: colour, textBaseline: 'top' });
  for (const [nth, line] of lines.entries()) context.fillText(line, room, room / 2 + nth * size * lineHeight);
  const { data } = context.getImageData(0, 0, width, height);
  return writePixels(noTiles, { x: 0, y: 0, width, height }, new Uint8ClampedArray(data));
}
