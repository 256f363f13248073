import type { z } from 'zod';
import { defineWorkflow } from '../../defineWorkflow.ts';
import { checkFirstFrame, requireImage } from '../../models/video/frameSizes.ts';
import {
  ltxArea,
  ltxBinding,
  ltxEvaluations,
  ltxFrames,
  ltxPictureBinding,
  ltxRates,
  ltxUnits,
} from '../../models/video/ltx.ts';
import { requireAudio } from '../../models/video/sourceVideo.ts';
import type { InputAudio } from '../../workflow.ts';
import graph from './graph.json' with { type: 'json' };
import { ltx23Audio2videoParams } from './params.ts';

type Params = z.output<typeof ltx23Audio2videoParams>;

/** A sound of 4.84 seconds has 121 frames at 25 a second, whatever the product of the two is in floating point. */
const rounding = 1e-6;

/** As many as what is left of the sound has, on the grid of the model. */
function framesLeft({ fps, start }: Params, { seconds }: InputAudio): number {
  const { step, offset } = ltxFrames.grid;
  return Math.floor(((seconds - start) * fps - offset) / step + rounding) * step + offset;
}

const framesOf = (params: Params, audio: InputAudio): number =>
  Math.max(ltxFrames.min, Math.min(params.frames, framesLeft(params, audio)));

export const workflow = defineWorkflow({
  name: 'ltx23-audio2video',
  version: 1,
  type: 'img2video',
  title: { en: 'Sound to video (LTX-2.3)', 'zh-CN': '音频生视频（LTX-2.3）' },
  description: {
    en: 'Animates a picture to a sound with LTX-2.3: whoever it shows speaks, sings or moves to what is heard, up to 1080p and about 19 seconds. The sound is kept as it is. Videos are at most 2:1: only the middle of a longer picture is used, and one beyond 4:1 is refused.',
    'zh-CN':
      '使用 LTX-2.3 让图片随音频动起来：画面中的人物随声音说话、歌唱或起舞，最高 1080p，最长约 19 秒。音频保持原样。画面最长为 2:1：更长的图片取中央部分，超过 4:1 的图片不予接受。',
  },
  params: ltx23Audio2videoParams,
  graph,
  binding: {
    ...ltxPictureBinding,
    audio: '36.audio',
    prompt: ltxBinding.prompt,
    negativePrompt: ltxBinding.negativePrompt,
    start: '33.start_index',
    frames: (edit, _frames, { params, audios }) => {
      const frames = framesOf(params, requireAudio(audios));
      edit.set('12.length', frames);
      edit.set('33.duration', frames / params.fps);
    },
    fps: ['11.frame_rate', '34.fps'],
    seed: ltxBinding.seed,
  },
  outputKind: 'video',
  example: {
    image: '01900000-0000-7000-8000-000000000000',
    audio: '01900000-0000-7000-8000-000000000001',
  },
  workUnits: (params, _images, _videos, audios) =>
    ltxUnits(ltxArea(params.resolution), framesOf(params, requireAudio(audios)), ltxEvaluations['2.3']),
  rates: ltxRates,
  checkImages: (params, images, _videos, audios) => {
    const audio = requireAudio(audios);
    const least = Math.ceil((ltxFrames.min / params.fps) * 10) / 10;
    return [
      ...checkFirstFrame(requireImage(images)),
      ...(framesLeft(params, audio) < ltxFrames.min
        ? [
            {
              pointer: params.start > 0 ? '/start' : '/audio',
              message: `The sound is ${Math.round(audio.seconds * 10) / 10} seconds long; at least ${least} must be left of it.`,
            },
          ]
        : []),
    ];
  },
});
