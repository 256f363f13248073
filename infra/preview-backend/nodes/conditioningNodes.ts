import { invariant } from '@star-graph/core/errors';
import type { Picture } from '../pictures/picture.ts';
import { type NodeContext, type NodeDefinition, NodeFailure } from './node.ts';
import {
  type ConditioningValue,
  findInput,
  flagInput,
  type NodeInputs,
  numberInput,
  requireInput,
  textInput,
} from './values.ts';

/** Conditioning of a text; a checkpoint without a text encoder fails here, as a real one does. */
function encodeText(inputs: NodeInputs, text: string): ConditioningValue {
  const clip = findInput(inputs, 'clip', 'CLIP');
  if (!clip) {
    throw new NodeFailure(
      'RuntimeError',
      'ERROR: clip input is invalid: None\n\nIf the clip is from a checkpoint loader node your checkpoint does not contain a valid clip or text encoder model.',
    );
  }
  return { type: 'CONDITIONING', text, family: clip.file.family, controls: [] };
}

const textEncoder = (read: (inputs: NodeInputs) => string): NodeDefinition => ({
  run: (_context, inputs) => ({ outputs: [encodeText(inputs, read(inputs))] }),
});

/** Two conditionings as one: texts joined, hints of both. */
const joinConditionings = (first: string, second: string): NodeDefinition => ({
  run(_context, inputs) {
    const a = requireInput(inputs, first, 'CONDITIONING');
    const b = requireInput(inputs, second, 'CONDITIONING');
    return { outputs: [{ ...a, text: `${a.text}, ${b.text}`, controls: [...a.controls, ...b.controls] }] };
  },
});

const passConditioning: NodeDefinition = {
  run: (_context, inputs) => ({ outputs: [requireInput(inputs, 'conditioning', 'CONDITIONING')] }),
};

const conditioningZeroOut: NodeDefinition = {
  run: (_context, inputs) => ({
    outputs: [{ ...requireInput(inputs, 'conditioning', 'CONDITIONING'), text: '' }],
  }),
};

function withControl(inputs: NodeInputs, conditioning: ConditioningValue): ConditioningValue {
  const strength = numberInput(inputs, 'strength', 1);
  const picture = requireInput(inputs, 'image', 'IMAGE').pictures[0];
  const { file } = requireInput(inputs, 'control_net', 'CONTROL_NET');
  invariant(picture, 'a batch has at least one picture');
  if (strength === 0) return conditioning;
  return { ...conditioning, controls: [...conditioning.controls, { name: file.name, picture, strength }] };
}

const controlNetApply: NodeDefinition = {
  run: (_context, inputs) => ({
    outputs: [withControl(inputs, requireInput(inputs, 'conditioning', 'CONDITIONING'))],
  }),
};

const controlNetApplyAdvanced: NodeDefinition = {
  run: (_context, inputs) => ({
    outputs: [
      withControl(inputs, requireInput(inputs, 'positive', 'CONDITIONING')),
      requireInput(inputs, 'negative', 'CONDITIONING'),
    ],
  }),
};

const setUnionControlNetType: NodeDefinition = {
  run: (_context, inputs) => ({ outputs: [requireInput(inputs, 'control_net', 'CONTROL_NET')] }),
};

const svdImageToVideo: NodeDefinition = {
  async run({ simulateStep, config }: NodeContext, inputs) {
    await simulateStep(config.simulation.secondsPerStep);
    const initPicture = requireInput(inputs, 'init_image', 'IMAGE').pictures[0] as Picture;
    const positive: ConditioningValue = {
      type: 'CONDITIONING',
      text: '',
      family: 'svd',
      controls: [],
      initPicture,
      motion: numberInput(inputs, 'motion_bucket_id', 127),
    };
    const frames = numberInput(inputs, 'video_frames', 14);
    return {
      outputs: [
        positive,
        { type: 'CONDITIONING', text: '', family: 'svd', controls: [] },
        {
          type: 'LATENT',
          width: numberInput(inputs, 'width', 1024),
          height: numberInput(inputs, 'height', 576),
          latents: Array.from({ length: frames }, () => ({ kind: 'empty' as const })),
          isVideo: true,
        },
      ],
    };
  },
};

const inpaintModelConditioning: NodeDefinition = {
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

export const conditioningNodes: Readonly<Record<string, NodeDefinition>> = {
  CLIPTextEncode: textEncoder((inputs) => textInput(inputs, 'text')),
  CLIPTextEncodeSDXL: textEncoder((inputs) => textInput(inputs, 'text_g') || textInput(inputs, 'text_l')),
  CLIPTextEncodeFlux: textEncoder((inputs) => textInput(inputs, 't5xxl') || textInput(inputs, 'clip_l')),
  ConditioningCombine: joinConditionings('conditioning_1', 'conditioning_2'),
  ConditioningConcat: joinConditionings('conditioning_to', 'conditioning_from'),
  ConditioningAverage: joinConditionings('conditioning_to', 'conditioning_from'),
  ConditioningSetArea: passConditioning,
  ConditioningSetMask: passConditioning,
  ConditioningSetTimestepRange: passConditioning,
  FluxGuidance: passConditioning,
  ConditioningZeroOut: conditioningZeroOut,
  ControlNetApply: controlNetApply,
  ControlNetApplyAdvanced: controlNetApplyAdvanced,
  SetUnionControlNetType: setUnionControlNetType,
  SVD_img2vid_Conditioning: svdImageToVideo,
  InpaintModelConditioning: inpaintModelConditioning,
};
