import type { ChatInputCommandInteraction, SlashCommandBuilder } from 'discord.js';
import type { GenerationRequest } from '../../generate/generationRequest.ts';
import type { Context } from '../../interaction/context.ts';
import { Refusal } from '../../replies/problems.ts';
import { optionNames } from '../../replies/texts/optionNames.ts';
import { addParam } from './addParam.ts';
import { localise } from './localise.ts';

/** Options that several commands share. */
const texts = {
  prompt: ['Describe what you want to see', '用文字描述画面'],
  image: ['PNG, JPEG or WebP', 'PNG、JPEG 或 WebP 图片'],
  video: ['MP4 or WebM', 'MP4 或 WebM 视频'],
  audio: ['MP3, WAV, FLAC, OGG or M4A', 'MP3、WAV、FLAC、OGG 或 M4A 音频'],
  negativePrompt: ['What to leave out', '不希望出现的内容'],
  search: ['Type to search', '输入以搜索'],
  loras: ['LoRA; type to search', 'LoRA，输入以搜索'],
  steps: ['Sampling steps: more take longer', '采样步数，越多越慢'],
  cfg: ['How closely to follow the prompt', '贴近提示词的程度'],
  seed: ['The same seed gives the same picture', '相同种子得到相同图片'],
  count: ['How many pictures', '图片数量'],
} as const;

export const addPrompt = (
  builder: SlashCommandBuilder,
  workflow: 'text2img' | 'img2img' | 'inpaint' | 'outpaint' | 'pose' | 'text2video',
  isRequired = true,
): SlashCommandBuilder => addParam(builder, workflow, 'prompt', { description: texts.prompt, isRequired });

export function addPicture(builder: SlashCommandBuilder, isRequired = true): SlashCommandBuilder {
  builder.addAttachmentOption((option) =>
    localise(option, { name: optionNames.image, description: texts.image }).setRequired(isRequired),
  );
  return builder;
}

export function addVideo(builder: SlashCommandBuilder): SlashCommandBuilder {
  builder.addAttachmentOption((option) =>
    localise(option, { name: optionNames.video, description: texts.video }).setRequired(false),
  );
  return builder;
}

export function addAudio(builder: SlashCommandBuilder): SlashCommandBuilder {
  builder.addAttachmentOption((option) =>
    localise(option, { name: optionNames.audio, description: texts.audio }).setRequired(false),
  );
  return builder;
}

export function addStyle(builder: SlashCommandBuilder): SlashCommandBuilder {
  builder.addStringOption((option) =>
    localise(option, {
      name: optionNames.style,
      description: ['A look; type to search', '画面风格，输入以搜索'],
    }).setAutocomplete(true),
  );
  return builder;
}

export function addPreset(builder: SlashCommandBuilder): SlashCommandBuilder {
  builder.addStringOption((option) =>
    localise(option, {
      name: optionNames.preset,
      description: [
        'How carefully to draw, or settings that you have kept',
        '绘制的精细程度，或你保存的设置',
      ],
    }).setAutocomplete(true),
  );
  return builder;
}

/** How the result reaches the person. */
export function addDelivery(builder: SlashCommandBuilder): SlashCommandBuilder {
  builder
    .addBooleanOption((option) =>
      localise(option, {
        name: ['private', '仅自己可见'],
        description: ['Show the result only to me', '结果只显示给我'],
      }),
    )
    .addBooleanOption((option) =>
      localise(option, {
        name: ['ping', '完成提醒'],
        description: ['Mention me when it is done, if it takes a while', '若耗时较长，完成时提及我'],
      }),
    )
    .addBooleanOption((option) =>
      localise(option, {
        name: ['dm', '私信'],
        description: ['Send me the result in a direct message too', '同时将结果私信给我'],
      }),
    );
  return builder;
}

/** Workflows that draw from words by a sampler. */
type Drawing = 'text2img' | 'img2img' | 'inpaint' | 'outpaint' | 'pose';

/** How a picture is sampled, as far as the workflow lets people choose. */
export function addSampling(
  builder: SlashCommandBuilder,
  workflow: Drawing,
  { hasSize = true } = {},
): SlashCommandBuilder {
  if (hasSize)
    builder.addStringOption((option) =>
      localise(option, {
        name: optionNames.width,
        description: ['For example 1024x768', '例如 1024x768'],
      }).setAutocomplete(true),
    );
  addParam(builder, workflow, 'negativePrompt', { description: texts.negativePrompt });
  addParam(builder, workflow, 'model', { description: texts.search });
  builder.addStringOption((option) =>
    localise(option, { name: optionNames.loras, description: texts.loras }).setAutocomplete(true),
  );
  addParam(builder, workflow, 'sampler', { description: texts.search });
  addStyle(addPreset(builder));
  for (const param of ['steps', 'cfg', 'seed', 'count'] as const)
    addParam(builder, workflow, param, { description: texts[param] });
  return builder;
}

/** @throws Refusal for an invalid size. */
export function parseSize(
  { say }: Pick<Context, 'say'>,
  text: string | null,
): { width: number; height: number } | undefined {
  if (text === null) return undefined;
  const [, width, height] = /^\s*(\d{2,4})\s*[x×*]\s*(\d{2,4})\s*$/i.exec(text) ?? [];
  if (width === undefined || height === undefined) throw new Refusal(say.size);
  return { width: Number(width), height: Number(height) };
}

/** Parameters by their API names, absent ones take the workflow's default; and the preset. */
export function readSampling(
  context: Context,
  { options }: ChatInputCommandInteraction,
): Pick<GenerationRequest, 'params' | 'preset' | 'style'> {
  const lora = options.getString('lora');
  const values: Record<string, unknown> = {
    ...parseSize(context, options.getString('size')),
    prompt: options.getString('prompt'),
    negativePrompt: options.getString('negative'),
    model: options.getString('model'),
    sampler: options.getString('sampler'),
    steps: options.getInteger('steps'),
    cfg: options.getNumber('cfg'),
    seed: options.getInteger('seed'),
    count: options.getInteger('count'),
    loras: lora === null ? null : [{ name: lora, weight: 1 }],
  };
  const preset = options.getString('preset');
  const style = options.getString('style');
  return {
    params: withoutNulls(values),
    ...(preset === null ? {} : { preset }),
    ...(style === null ? {} : { style }),
  };
}

export const withoutNulls = (values: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
