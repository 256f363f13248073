import { defineWorkflow } from '../../defineWorkflow.ts';
import graph from './graph.json' with { type: 'json' };
import { expandPromptParams } from './params.ts';

export const workflow = defineWorkflow({
  name: 'expand-prompt',
  version: 1,
  type: 'custom',
  title: { en: 'Expand a prompt', 'zh-CN': '扩写提示词' },
  description: {
    en: 'Writes a fuller prompt from a few words, with Qwen3.',
    'zh-CN': '使用 Qwen3 将几个词扩写为更完整的提示词。',
  },
  params: expandPromptParams,
  graph,
  binding: { prompt: '2.string_b', seed: '3.sampling_mode.seed' },
  outputKind: 'text',
  example: { prompt: 'a cat by the window' },
  workUnits: () => 1,
  // An estimate: some hundred words at most.
  rates: { creditsPerUnit: 1, secondsPerUnit: 3, overheadSeconds: 3 },
});
