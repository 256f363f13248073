import { withValues } from '../../graph/withValues.ts';
import graph from '../qwen-edit-2511/graph.json' with { type: 'json' };
import { defineQwenEdit } from '../qwen-edit-2511/workflow.ts';

export const workflow = defineQwenEdit(
  {
    name: 'qwen-edit-2509',
    title: { en: 'Edit pictures (Qwen-Image-Edit 2509)', 'zh-CN': '编辑图片（Qwen-Image-Edit 2509）' },
    description: {
      en: 'Changes a picture by an instruction, or combines up to three, with Qwen-Image-Edit 2509, for which most LoRAs of the family were made.',
      'zh-CN':
        '使用 Qwen-Image-Edit 2509，按指令修改一张图片，或组合最多三张图片；该系列的多数 LoRA 均为它制作。',
    },
    engine: { of: 'img2img', model: 'Qwen-Image-Edit 2509' },
    graph: withValues(graph, {
      'qwen_image_edit_2511_fp8mixed.safetensors': 'qwen_image_edit_2509_fp8_e4m3fn.safetensors',
      'Qwen-Image-Edit-2511-Lightning-4steps-V1.0-bf16.safetensors':
        'Qwen-Image-Edit-2509-Lightning-4steps-V1.0-bf16.safetensors',
      // The place of a picture among the others, as without this node; 2511 was trained on the other method.
      index_timestep_zero: 'index',
      'qwen-edit-2511': 'qwen-edit-2509',
    }),
  },
  { steps: { fast: 4, full: 20 }, cfg: 2.5 },
);
