import { defineWorkflow } from '../../defineWorkflow.ts';
import graph from './graph.json' with { type: 'json' };
import { describeParams } from './params.ts';

export const workflow = defineWorkflow({
  name: 'describe',
  version: 1,
  type: 'custom',
  title: { en: 'Describe a picture', 'zh-CN': '描述图片' },
  description: {
    en: 'Puts a picture into words that can be used as a prompt, with Qwen2.5-VL.',
    'zh-CN': '使用 Qwen2.5-VL 将图片转换为可用作提示词的文字。',
  },
  params: describeParams,
  graph,
  binding: { image: '1.image' },
  outputKind: 'text',
  example: { image: '01900000-0000-7000-8000-000000000000' },
  workUnits: () => 1,
  // An estimate: some hundred words at most.
  rates: { creditsPerUnit: 1, secondsPerUnit: 4, overheadSeconds: 3 },
});
