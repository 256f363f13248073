import type { MemoryPicture } from './picture.ts';

/** Middle and half axes, in shares of a picture's sides. */
export interface Ellipse {
  x: number;
  y: number;
  across: number;
  down: number;
}

/** The steeper, the harder the edge. */
const steepness = 8;

/** A mask that selects what lies within, and less of it towards the edge. */
export function softEllipse(
  { width, height }: { width: number; height: number },
  { x: middleX, y: middleY, across, down }: Ellipse,
): MemoryPicture {
  const pixels = Buffer.alloc(width * height);
  for (let y = 0; y < height; y++) {
    const dy = ((y + 0.5) / height - middleY) / down;
    for (let x = 0; x < width; x++) {
      const dx = ((x + 0.5) / width - middleX) / across;
      const inside = (1 - Math.hypot(dx, dy)) * steepness;
      pixels[y * width + x] = Math.round(Math.min(1, Math.max(0, inside)) * 255);
    }
  }
  return { width, height, channels: 1, pixels };
}
