import { withValues } from '../../graph/withValues.ts';
import { klein9Rates } from '../../models/flux.ts';
import graph from '../flux2-klein-edit/graph.json' with { type: 'json' };
import { defineKleinEdit } from '../flux2-klein-edit/workflow.ts';

export const workflow = defineKleinEdit({
  name: 'flux2-klein-9b-edit',
  title: { en: 'Edit pictures (Flux.2 Klein 9B)', 'zh-CN': '编辑图片（Flux.2 Klein 9B）' },
  description: {
    en: 'Changes a picture by an instruction, or combines up to four, in four steps with Flux.2 Klein 9B: closer to the instruction than the 4B model, and twice the work. Its licence forbids commercial use.',
    'zh-CN':
      '使用 Flux.2 Klein 9B，四步即可按指令修改一张图片，或组合最多四张图片；比 4B 模型更贴合指令，耗时约为两倍。其许可证禁止商用。',
  },
  engine: { of: 'img2img', model: 'Flux.2 Klein 9B' },
  graph: withValues(graph, {
    'flux-2-klein-4b-fp8.safetensors': 'flux-2-klein-9b-fp8.safetensors',
    'qwen_3_4b.safetensors': 'qwen_3_8b_fp8mixed.safetensors',
    'flux2-klein-edit': 'flux2-klein-9b-edit',
  }),
  rates: klein9Rates,
});
