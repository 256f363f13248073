import { withValues } from '../../graph/withValues.ts';
import graph from '../qwen-edit-2511/graph.json' with { type: 'json' };
import { defineQwenEdit } from '../qwen-edit-2511/workflow.ts';

export const workflow = defineQwenEdit(
  {
    name: 'firered-edit',
    title: { en: 'Edit pictures (FireRed 1.1)', 'zh-CN': '编辑图片（FireRed 1.1）' },
    description: {
      en: 'Changes a picture by an instruction, or combines up to three, with FireRed-Image-Edit 1.1, which is good at portraits, make-up, clothes and lettering.',
      'zh-CN':
        '使用 FireRed-Image-Edit 1.1，按指令修改一张图片，或组合最多三张图片；擅长人像、妆容、服装与文字。',
    },
    engine: { of: 'img2img', model: 'FireRed-Image-Edit 1.1' },
    graph: withValues(graph, {
      'qwen_image_edit_2511_fp8mixed.safetensors': 'FireRed-Image-Edit-1.1-transformer.safetensors',
      'Qwen-Image-Edit-2511-Lightning-4steps-V1.0-bf16.safetensors':
        'FireRed-Image-Edit-1.0-Lightning-8steps-v1.0.safetensors',
      // Its own graph is without this node, which is this method.
      index_timestep_zero: 'index',
      'qwen-edit-2511': 'firered-edit',
    }),
  },
  { steps: { fast: 8, full: 40 }, cfg: 4 },
);
