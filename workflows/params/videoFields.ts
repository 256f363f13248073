import { z } from 'zod';
import { field, integerField, inventoryField, numberField } from './fields.ts';

export const videoFormats = ['mp4', 'webm', 'webp'] as const;
export type VideoFormat = (typeof videoFormats)[number];

/** The parameters of a video by Stable Video Diffusion; its longer model was trained on at most 25 frames. */
export const videoFields = {
  frames: field(integerField(2, 25).default(14), {
    title: { en: 'Frames', 'zh-CN': '帧数' },
  }),
  fps: field(integerField(1, 30).default(6), {
    title: { en: 'Frames per second', 'zh-CN': '每秒帧数' },
  }),
  motion: field(integerField(1, 255).default(127), {
    title: { en: 'Motion', 'zh-CN': '运动幅度' },
    description: { en: 'How much moves: 1 little, 255 much.', 'zh-CN': '画面运动的多少：1 少，255 多。' },
  }),
  format: field(z.enum(videoFormats, { error: `Choose one of ${videoFormats.join(', ')}.` }).default('mp4'), {
    title: { en: 'Format', 'zh-CN': '格式' },
    description: { en: 'webp is an animated picture.', 'zh-CN': 'webp 为动态图片。' },
  }),
};

/** The checkpoint of the video; if absent, the one trained on the number of frames. */
export const videoModelField = field(
  inventoryField().optional(),
  {
    title: { en: 'Video model', 'zh-CN': '视频模型' },
    description: {
      en: 'Empty takes SVD up to 14 frames and SVD-XT above.',
      'zh-CN': '留空时，14 帧以内使用 SVD，超过则使用 SVD-XT。',
    },
  },
  { 'x-options': 'video_checkpoints' },
);

export const videoStepsField = field(integerField(1, 50).default(20), {
  title: { en: 'Steps of the video', 'zh-CN': '视频步数' },
});

export const videoCfgField = field(numberField(1, 10).default(2.5), {
  title: { en: 'Guidance of the video', 'zh-CN': '视频引导强度' },
});
