import { defineWorkflow } from '../../defineWorkflow.ts';
import { checkFirstFrame, requireImage } from '../../models/video/frameSizes.ts';
import { requireVideo } from '../../models/video/sourceVideo.ts';
import { wanFrames, wanMegapixels, wanRates, wanSize } from '../../models/video/wan.ts';
import type { InputVideo } from '../../workflow.ts';
import graph from './graph.json' with { type: 'json' };
import { wanAnimateParams } from './params.ts';

/** The most that the model draws of what the video has. */
function framesOf({ frames }: { frames: number }, video: InputVideo): number {
  const { step, offset } = wanFrames.grid;
  return Math.min(frames, Math.floor((video.frames - offset) / step) * step + offset);
}

/** Each step also reads the motion, which the cache makes cheaper: an assumption, not measured. */
const passesOfStep = 1.5;

export const workflow = defineWorkflow({
  name: 'wan-animate',
  version: 1,
  type: 'img2video',
  title: { en: 'Move as in a video (Wan-Animate 2)', 'zh-CN': '动作迁移（Wan-Animate 2）' },
  description: {
    en: "Lets whoever a picture shows move as somebody does in a video, with Wan-Animate 2, at the video's rate and with its sound. Videos are at most 2:1: only the middle of a longer picture is used, and one beyond 4:1 is refused.",
    'zh-CN':
      '使用 Wan-Animate 2，让图片中的人物做出视频中的动作；帧率与声音取自该视频。画面最长为 2:1：更长的图片取中央部分，超过 4:1 的图片不予接受。',
  },
  params: wanAnimateParams,
  graph,
  binding: {
    image: (edit, _name, { params, images }) => {
      const image = requireImage(images);
      const { width, height } = wanSize(image, params.resolution);
      edit.set('1.image', image.uploadedName);
      for (const node of ['2', '19'] as const) {
        edit.set(`${node}.width`, width);
        edit.set(`${node}.height`, height);
      }
    },
    video: '3.file',
    prompt: '12.text',
    motion: '14.text',
    negativePrompt: '13.text',
    // With the picture: its size depends on both.
    resolution: () => undefined,
    frames: (edit, _frames, { params, videos }) => {
      const frames = framesOf(params, requireVideo(videos));
      edit.set('5.length', frames);
      edit.set('19.length', frames);
    },
    steps: '20.steps',
    seed: '22.noise_seed',
  },
  outputKind: 'video',
  example: {
    image: '01900000-0000-7000-8000-000000000000',
    video: '01900000-0000-7000-8000-000000000001',
  },
  workUnits: (params, _images, videos) =>
    wanMegapixels(params.resolution) * params.steps * passesOfStep * framesOf(params, requireVideo(videos)),
  rates: wanRates,
  checkImages: (_params, images, videos) => {
    const { frames } = requireVideo(videos);
    return [
      ...checkFirstFrame(requireImage(images)),
      ...(frames < wanFrames.min
        ? [
            {
              pointer: '/video',
              message: `The video has ${frames} frames; it must have at least ${wanFrames.min}.`,
            },
          ]
        : []),
    ];
  },
});
