import type { ObjectInfo } from '../graph/objectInfo.ts';

/**
 * Node classes that are younger than the recorded servers: written down from their definitions, not recorded from a
 * running server. Each names the release that it needs.
 */
export const writtenDownClasses: ObjectInfo = {
  /** ComfyUI 0.37, comfy_extras/nodes_qwen.py. */
  TextEncodeQwenImage21: {
    input: {
      required: {
        clip: ['CLIP', {}],
        prompt: ['STRING', { multiline: true, dynamicPrompts: true }],
        negative_prompt: ['STRING', { multiline: true, dynamicPrompts: true }],
        resolution: ['INT', { default: 1024, min: 0, max: 4096, step: 32 }],
        images: [
          'COMFY_AUTOGROW_V3',
          {
            template: {
              input: { required: { image: ['IMAGE', {}] } },
              names: Array.from({ length: 16 }, (_, index) => `image_${index + 1}`),
              min: 0,
            },
          },
        ],
      },
      optional: { vae: ['VAE', {}] },
    },
    output: ['CONDITIONING', 'CONDITIONING', 'LATENT'],
    output_node: false,
  },
};
