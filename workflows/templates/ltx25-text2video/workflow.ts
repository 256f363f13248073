import { ltxEvaluations } from '../../models/video/ltx.ts';
import { asLtx25 } from '../../models/video/ltx25.ts';
import graph from '../ltx23-text2video/graph.json' with { type: 'json' };
import { defineLtxText2video } from '../ltx23-text2video/workflow.ts';

export const workflow = defineLtxText2video({
  name: 'ltx25-text2video',
  title: { en: 'Text to video (LTX-2.5)', 'zh-CN': '文生视频（LTX-2.5）' },
  description: {
    en: 'Makes a video with sound from a prompt with LTX-2.5, in half of the time of LTX-2.3, up to 1080p and about 19 seconds. Say in the prompt what is heard.',
    'zh-CN':
      '使用 LTX-2.5 按提示词生成有声视频，耗时约为 LTX-2.3 的一半，最高 1080p，最长约 19 秒。请在提示词中写明声音。',
  },
  engine: { of: 'text2video', model: 'LTX-2.5' },
  graph: asLtx25(graph, { from: 'ltx23-text2video', to: 'ltx25-text2video' }),
  evaluations: ltxEvaluations['2.5'],
});
