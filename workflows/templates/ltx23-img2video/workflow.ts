import { defineWorkflow } from '../../defineWorkflow.ts';
import { checkFirstFrame, requireImage } from '../../models/video/frameSizes.ts';
import {
  type LtxOwn,
  ltxArea,
  ltxBinding,
  ltxEvaluations,
  ltxPictureBinding,
  ltxRates,
  ltxUnits,
} from '../../models/video/ltx.ts';
import type { Workflow } from '../../workflow.ts';
import graph from './graph.json' with { type: 'json' };
import { ltx23Img2videoParams } from './params.ts';

/** A film from a picture by either model. */
export const defineLtxImg2video = ({ evaluations, ...own }: LtxOwn & { graph: typeof graph }): Workflow =>
  defineWorkflow({
    ...own,
    version: 1,
    type: 'img2video',
    params: ltx23Img2videoParams,
    binding: { ...ltxBinding, ...ltxPictureBinding },
    outputKind: 'video',
    example: { image: '01900000-0000-7000-8000-000000000000' },
    workUnits: (params) => ltxUnits(ltxArea(params.resolution), params.frames, evaluations),
    rates: ltxRates,
    checkImages: (_params, images) => checkFirstFrame(requireImage(images)),
  });

export const workflow = defineLtxImg2video({
  name: 'ltx23-img2video',
  title: { en: 'Picture to video (LTX-2.3)', 'zh-CN': '图生视频（LTX-2.3）' },
  description: {
    en: 'Animates a picture with sound with LTX-2.3, up to 1080p and about 19 seconds. Videos are at most 2:1: only the middle of a longer picture is used, and one beyond 4:1 is refused.',
    'zh-CN':
      '使用 LTX-2.3 让图片动起来并配有声音，最高 1080p，最长约 19 秒。画面最长为 2:1：更长的图片取中央部分，超过 4:1 的图片不予接受。',
  },
  engine: { of: 'img2video', model: 'LTX-2.3' },
  graph,
  evaluations: ltxEvaluations['2.3'],
});
