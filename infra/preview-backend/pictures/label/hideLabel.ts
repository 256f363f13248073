import type { MemoryPicture } from '../picture.ts';
import { labelBox } from './label.ts';

/** At its sides the cover goes over into the picture, in parts of its height. */
const seam = 0.22;

/**
 * The picture without the label that one of ours has in its corner: what lies above it is mirrored over it. A camera
 * that moves into the picture would take the label along.
 */
export function hideLabel(picture: MemoryPicture): MemoryPicture {
  const box = labelBox(picture);
  if (!box || picture.channels !== 3 || box.top < box.height) return picture;
  const { width } = picture;
  const pixels = Buffer.from(picture.pixels);
  const soft = Math.max(1, Math.floor(box.height * seam));
  for (let y = box.top; y < box.top + box.height; y++) {
    const mirrored = 2 * box.top - 1 - y;
    for (let x = box.left; x < box.left + box.width; x++) {
      const share = Math.min(1, (x - box.left + 1) / soft, (y - box.top + 1) / soft);
      for (let channel = 0; channel < 3; channel++) {
        const at = (y * width + x) * 3 + channel;
        const above = picture.pixels[(mirrored * width + x) * 3 + channel] as number;
        pixels[at] = Math.round((picture.pixels[at] as number) * (1 - share) + above * share);
      }
    }
  }
  return { ...picture, pixels };
}
