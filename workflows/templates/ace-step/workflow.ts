import { defineWorkflow } from '../../defineWorkflow.ts';
import graph from './graph.json' with { type: 'json' };
import { aceStepParams } from './params.ts';

export const workflow = defineWorkflow({
  name: 'ace-step',
  version: 1,
  type: 'custom',
  title: { en: 'Music (ACE-Step)', 'zh-CN': '音乐（ACE-Step）' },
  description: {
    en: 'Makes music of up to four minutes from words, sung or instrumental. The result is an MP3.',
    'zh-CN': '按文字生成最长四分钟的音乐，可演唱或纯器乐。结果为 MP3。',
  },
  params: aceStepParams,
  graph,
  binding: { prompt: '5.tags', lyrics: '5.lyrics', seconds: '7.seconds', steps: '8.steps', seed: '8.seed' },
  outputKind: 'audio',
  example: { prompt: 'calm piano, rain, slow' },
  workUnits: ({ seconds, steps }) => seconds * steps,
  // An estimate: the model makes music several times faster than it is heard.
  rates: { creditsPerUnit: 0.002, secondsPerUnit: 0.005, overheadSeconds: 4 },
});
