import { defineWorkflow } from '../../defineWorkflow.ts';
import { h3Binding, h3Fps, h3Rates } from '../../models/video/minimaxH3.ts';
import { megapixels } from '../../params/sizes.ts';
import graph from './graph.json' with { type: 'json' };
import { minimaxH3Text2videoParams } from './params.ts';

export const workflow = defineWorkflow({
  name: 'minimax-h3-text2video',
  version: 1,
  type: 'text2video',
  title: { en: 'Text to video (MiniMax H3)', 'zh-CN': '文生视频（MiniMax H3）' },
  description: {
    en: 'Makes a video with sound from a prompt with MiniMax H3: 5 to 15 seconds, 24 frames a second. Say in the prompt what is heard.',
    'zh-CN': '使用 MiniMax H3 按提示词生成有声视频，5 至 15 秒，每秒 24 帧。请在提示词中写明声音。',
  },
  engine: { of: 'text2video', model: 'MiniMax H3' },
  params: minimaxH3Text2videoParams,
  graph,
  binding: {
    prompt: '8.prompt',
    width: '8.width',
    height: '8.height',
    ...h3Binding,
  },
  outputKind: 'video',
  fps: h3Fps,
  example: { prompt: 'rain falls on a tin roof while a train passes in the distance' },
  workUnits: (params) => megapixels(params) * params.steps * params.frames,
  rates: h3Rates,
});
