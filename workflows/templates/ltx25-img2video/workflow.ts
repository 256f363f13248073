import { ltxEvaluations } from '../../models/video/ltx.ts';
import { asLtx25 } from '../../models/video/ltx25.ts';
import graph from '../ltx23-img2video/graph.json' with { type: 'json' };
import { defineLtxImg2video } from '../ltx23-img2video/workflow.ts';

export const workflow = defineLtxImg2video({
  name: 'ltx25-img2video',
  title: { en: 'Picture to video (LTX-2.5)', 'zh-CN': '图生视频（LTX-2.5）' },
  description: {
    en: 'Animates a picture with sound with LTX-2.5, in half of the time of LTX-2.3, up to 1080p and about 19 seconds. Videos are at most 2:1: only the middle of a longer picture is used, and one beyond 4:1 is refused.',
    'zh-CN':
      '使用 LTX-2.5 让图片动起来并配有声音，耗时约为 LTX-2.3 的一半，最高 1080p，最长约 19 秒。画面最长为 2:1：更长的图片取中央部分，超过 4:1 的图片不予接受。',
  },
  engine: { of: 'img2video', model: 'LTX-2.5' },
  graph: asLtx25(graph, { from: 'ltx23-img2video', to: 'ltx25-img2video' }),
  evaluations: ltxEvaluations['2.5'],
});
