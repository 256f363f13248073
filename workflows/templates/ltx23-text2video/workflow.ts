import { defineWorkflow } from '../../defineWorkflow.ts';
import {
  bindLtxHalfSize,
  type LtxOwn,
  ltxBinding,
  ltxEvaluations,
  ltxRates,
  ltxUnits,
} from '../../models/video/ltx.ts';
import type { Workflow } from '../../workflow.ts';
import graph from './graph.json' with { type: 'json' };
import { ltx23Text2videoParams } from './params.ts';

/** A film from words by either model. */
export const defineLtxText2video = ({ evaluations, ...own }: LtxOwn & { graph: typeof graph }): Workflow =>
  defineWorkflow({
    ...own,
    version: 1,
    type: 'text2video',
    params: ltx23Text2videoParams,
    binding: {
      ...ltxBinding,
      width: (edit, _width, { params }) => bindLtxHalfSize(edit, '12', params),
      // With the width: both are half of what was asked for.
      height: () => undefined,
    },
    outputKind: 'video',
    example: { prompt: 'a violinist plays in an empty station at night, steps echo in the hall' },
    workUnits: (params) => ltxUnits(params, params.frames, evaluations),
    rates: ltxRates,
  });

export const workflow = defineLtxText2video({
  name: 'ltx23-text2video',
  title: { en: 'Text to video (LTX-2.3)', 'zh-CN': '文生视频（LTX-2.3）' },
  description: {
    en: 'Makes a video with sound from a prompt with LTX-2.3, up to 1080p and about 19 seconds. Say in the prompt what is heard.',
    'zh-CN': '使用 LTX-2.3 按提示词生成有声视频，最高 1080p，最长约 19 秒。请在提示词中写明声音。',
  },
  engine: { of: 'text2video', model: 'LTX-2.3' },
  graph,
  evaluations: ltxEvaluations['2.3'],
});
