import { softEllipse } from '../pictures/softEllipse.ts';
import type { NodeDefinition } from './node.ts';
import { requireInput } from './values.ts';

/** Nobody knows here what the subject is: an ellipse about the middle stands for it. */
const middle = { x: 0.5, y: 0.5, across: 0.41, down: 0.41 };

/** The mask selects the subject. */
const removeBackground: NodeDefinition = {
  run(context, inputs) {
    const { pictures } = requireInput(inputs, 'image', 'IMAGE');
    const masks = pictures.map((picture, index) => {
      context.progress(index + 1, pictures.length);
      return softEllipse(picture, middle);
    });
    return { outputs: [{ type: 'MASK', pictures: masks }] };
  },
};

export const backgroundNodes: Readonly<Record<string, NodeDefinition>> = {
  RemoveBackground: removeBackground,
};
