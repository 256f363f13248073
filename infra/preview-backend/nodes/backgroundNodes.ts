import type { Picture } from '../pictures/picture.ts';
import type { NodeDefinition } from './node.ts';
import { requireInput } from './values.ts';

/** How far the stand-in for a subject reaches from the middle, of half a side, and how soft its edge is. */
const reach = 0.82;
const softness = 0.1;

/** Nobody knows here what the subject is: an ellipse about the middle stands for it. */
function middleOf({ width, height }: Picture): Picture {
  const pixels = Buffer.alloc(width * height);
  for (let y = 0; y < height; y++) {
    const dy = (2 * y + 1) / height - 1;
    for (let x = 0; x < width; x++) {
      const dx = (2 * x + 1) / width - 1;
      const inside = (reach - Math.hypot(dx, dy)) / softness;
      pixels[y * width + x] = Math.round(Math.min(1, Math.max(0, inside)) * 255);
    }
  }
  return { width, height, channels: 1, pixels };
}

/** The mask selects the subject. */
const removeBackground: NodeDefinition = {
  run(context, inputs) {
    const { pictures } = requireInput(inputs, 'image', 'IMAGE');
    const masks = pictures.map((picture, index) => {
      context.progress(index + 1, pictures.length);
      return middleOf(picture);
    });
    return { outputs: [{ type: 'MASK', pictures: masks }] };
  },
};

export const backgroundNodes: Readonly<Record<string, NodeDefinition>> = {
  RemoveBackground: removeBackground,
};
