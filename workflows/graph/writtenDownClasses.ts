import type { ObjectInfo } from './objectInfo.ts';

const side = ['INT', { default: 512, min: 1, max: 16_384 }];
const grows = (prefix: string, input: unknown, min: number, max: number) => [
  'COMFY_AUTOGROW_V3',
  { template: { input: { required: { value: input } }, prefix, min, max } },
];

/**
 * Node classes that the recorded servers lack: written down from their definitions, not recorded from a
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
    python_module: 'comfy_extras.nodes_qwen',
  },
  /** Since ComfyUI 0.13, comfy_extras/nodes_glsl.py: the recorded server had no OpenGL, without which it is not there. */
  GLSLShader: {
    input: {
      required: {
        fragment_shader: ['STRING', { multiline: true }],
        size_mode: [
          'COMFY_DYNAMICCOMBO_V3',
          {
            options: [
              { key: 'from_input', inputs: {} },
              { key: 'custom', inputs: { required: { width: side, height: side } } },
            ],
          },
        ],
        images: grows('image', ['IMAGE', {}], 1, 5),
        floats: grows('u_float', ['FLOAT', { default: 0 }], 0, 20),
        ints: grows('u_int', ['INT', { default: 0 }], 0, 20),
        bools: grows('u_bool', ['BOOLEAN', { default: false }], 0, 10),
        curves: grows('u_curve', ['CURVE', {}], 0, 4),
      },
    },
    output: ['IMAGE', 'IMAGE', 'IMAGE', 'IMAGE'],
    output_node: false,
    python_module: 'comfy_extras.nodes_glsl',
  },
};
