import { z } from 'zod';
import {
  assetField,
  field,
  imageField,
  integerField,
  inventoryField,
  numberField,
  promptMaxCharacters,
  textSchema,
} from './fields.ts';
import { type Grid, gridField } from './grid.ts';

export const videoFormats = ['mp4', 'webm', 'webp'] as const;
export type VideoFormat = (typeof videoFormats)[number];

/** For models without sound: an animated picture has none, and SaveWEBM takes none. */
export const videoFormatField = field(
  z.enum(videoFormats, { error: `Choose one of ${videoFormats.join(', ')}.` }).default('mp4'),
  {
    title: { en: 'Format', 'zh-CN': '格式' },
    description: { en: 'webp is an animated picture.', 'zh-CN': 'webp 为动态图片。' },
  },
);

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
  format: videoFormatField,
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

export const sourceVideoField = assetField('video', {
  title: { en: 'Video', 'zh-CN': '视频' },
  description: { en: 'The video to start from.', 'zh-CN': '作为起点的视频。' },
});

export const sourceAudioField = assetField('audio', {
  title: { en: 'Sound', 'zh-CN': '音频' },
  description: { en: 'The sound that the video follows.', 'zh-CN': '视频所跟随的音频。' },
});

export const videoStepsField = field(integerField(1, 50).default(20), {
  title: { en: 'Steps of the video', 'zh-CN': '视频步数' },
});

export const videoCfgField = field(numberField(1, 10).default(2.5), {
  title: { en: 'Guidance of the video', 'zh-CN': '视频引导强度' },
});

interface FramesRule {
  min: number;
  max: number;
  default: number;
  grid: Grid;
}

/** @param fps the model's usual rate. */
export function framesField({ min, max, grid, default: usual }: FramesRule, fps: number) {
  const seconds = Math.round(usual / fps);
  return field(
    gridField(min, max, grid).default(usual),
    {
      title: { en: 'Frames', 'zh-CN': '帧数' },
      description: {
        en: `At ${fps} a second, ${usual} are about ${seconds} seconds. Only every ${grid.step}th number fits.`,
        'zh-CN': `按每秒 ${fps} 帧计，${usual} 帧约 ${seconds} 秒；帧数须为 ${grid.step} 的倍数加 ${grid.offset}。`,
      },
    },
    { 'x-grid': grid },
  );
}

const videoPromptText = {
  title: { en: 'Prompt', 'zh-CN': '提示词' },
  description: { en: 'What happens in the video, in words.', 'zh-CN': '用文字描述视频内容。' },
};
const soundPromptText = {
  ...videoPromptText,
  description: {
    en: 'What happens in the video and what is heard, in words.',
    'zh-CN': '用文字描述视频内容和其中的声音。',
  },
};
const promptExtras = { 'x-multiline': true, maxLength: promptMaxCharacters } as const;
const required = { ...promptExtras, minLength: 1 };

export const videoPromptField = field(textSchema(1), videoPromptText, required);
/** For models that make the sound too. */
export const soundPromptField = field(textSchema(1), soundPromptText, required);

/** With a picture to start from, words are optional, as in every workflow that animates one. */
export const motionPromptField = field(textSchema(0).default(''), videoPromptText, promptExtras);
export const soundMotionPromptField = field(textSchema(0).default(''), soundPromptText, promptExtras);

/** For models that can draw towards a second picture. */
export const lastImageField = imageField({
  title: { en: 'Last picture', 'zh-CN': '末帧图片' },
  description: {
    en: 'The picture that the video ends on; its middle is used if its shape differs.',
    'zh-CN': '视频结束时的画面；若比例不同，则取中央部分。',
  },
}).optional();

/** The area that a video has; its aspect follows the picture. */
export function resolutionField<const Names extends readonly [string, ...string[]]>(
  names: Names,
  usual: Names[number],
) {
  return field(z.enum(names, { error: `Choose one of ${names.join(', ')}.` }).default(usual), {
    title: { en: 'Resolution', 'zh-CN': '分辨率' },
    description: {
      en: 'How large the video is; its shape follows the picture.',
      'zh-CN': '视频的大小；画面比例与图片一致。',
    },
  });
}
