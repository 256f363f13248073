import { invariant } from '@star-graph/core/ground/errors';
import type { Picture } from '../pictures/picture.ts';
import type { NodeDefinition } from './node.ts';
import { type ConditioningValue, flagInput, type NodeInputs, numberInput, requireInput } from './values.ts';

function withControl(inputs: NodeInputs, conditioning: ConditioningValue): ConditioningValue {
  const strength = numberInput(inputs, 'strength', 1);
  const picture = requireInput(inputs, 'image', 'IMAGE').pictures[0];
  const { file } = requireInput(inputs, 'control_net', 'CONTROL_NET');
  invariant(picture, 'a batch has at least one picture');
  if (strength === 0) return conditioning;
  return { ...conditioning, controls: [...conditioning.controls, { name: file.name, picture, strength }] };
}

/** The map is shown over what the first of these conditionings draws; the others pass. */
export function followsControlNet(first: string, ...passed: readonly string[]): NodeDefinition {
  return {
    run: (_context, inputs) => ({
      outputs: [
        withControl(inputs, requireInput(inputs, first, 'CONDITIONING')),
        ...passed.map((name) => requireInput(inputs, name, 'CONDITIONING')),
      ],
    }),
  };
}

export const inpaintModelConditioning: NodeDefinition = {
  run(_context, inputs) {
    const { pictures } = requireInput(inputs, 'pixels', 'IMAGE');
    const mask = requireInput(inputs, 'mask', 'MASK').pictures[0] as Picture;
    const first = pictures[0] as Picture;
    return {
      outputs: [
        requireInput(inputs, 'positive', 'CONDITIONING'),
        requireInput(inputs, 'negative', 'CONDITIONING'),
        {
          type: 'LATENT',
          width: first.width - (first.width % 8),
          height: first.height - (first.height % 8),
          latents: pictures.map((picture) => ({ kind: 'encoded' as const, picture })),
          isVideo: false,
          ...(flagInput(inputs, 'noise_mask') && { noiseMask: mask }),
        },
      ],
    };
  },
};
