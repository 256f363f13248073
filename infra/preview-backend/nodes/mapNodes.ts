import { openPicture, type Picture, renderPicture } from '../pictures/picture.ts';
import type { NodeDefinition } from './node.ts';
import { requireInput } from './values.ts';

/** Nobody finds anything here: the pictures stand for what a model would find in them. */
const finds = (type: 'POSE_KEYPOINT' | 'DA3_GEOMETRY'): NodeDefinition => ({
  run(context, inputs) {
    const { pictures } = requireInput(inputs, 'image', 'IMAGE');
    context.progress(pictures.length, pictures.length);
    return { outputs: [{ type, pictures }] };
  },
});

async function draw(pictures: readonly Picture[], drawOne: (picture: Picture) => Promise<Picture>) {
  return { outputs: [{ type: 'IMAGE' as const, pictures: await Promise.all(pictures.map(drawOne)) }] };
}

/** A frame around the middle, where somebody could stand, on black. */
const drawsSkeletons: NodeDefinition = {
  run: (_context, inputs) =>
    draw(requireInput(inputs, 'keypoints', 'POSE_KEYPOINT').pictures, async ({ width, height }) => {
      const pixels = Buffer.alloc(width * height * 3);
      const [left, right] = [Math.floor(width / 3), Math.floor((2 * width) / 3)];
      for (let y = Math.floor(height / 4); y < Math.floor((3 * height) / 4); y++) {
        for (const x of [left, right]) pixels.fill(255, (y * width + x) * 3, (y * width + x) * 3 + 3);
      }
      return { width, height, channels: 3, pixels };
    }),
};

/** Brightness stands for nearness. */
const drawsDepth: NodeDefinition = {
  run: (_context, inputs) =>
    draw(requireInput(inputs, 'da3_geometry', 'DA3_GEOMETRY').pictures, async (picture) => {
      const grey = await renderPicture(openPicture(picture).greyscale().blur(4), 1);
      return renderPicture(openPicture(grey), 3);
    }),
};

/** Maps that a drawing follows, made from photos. */
export const mapNodes: Readonly<Record<string, NodeDefinition>> = {
  SDPoseKeypointExtractor: finds('POSE_KEYPOINT'),
  SDPoseDrawKeypoints: drawsSkeletons,
  DA3Inference: finds('DA3_GEOMETRY'),
  DA3Render: drawsDepth,
};
