import type { ChatInputCommandInteraction, SlashCommandBuilder } from 'discord.js';
import type { Context } from '../../interaction/context.ts';
import { Refusal } from '../../replies/problems.ts';
import { createChoice, localise } from './localise.ts';

/** Options that several commands share, each with its limits. */
export const addPrompt = (builder: SlashCommandBuilder, isRequired = true): SlashCommandBuilder => {
  builder.addStringOption((option) =>
    localise(option, {
      name: ['prompt', '提示词'],
      description: ['Describe what you want to see', '用文字描述画面'],
    })
      .setRequired(isRequired)
      .setMaxLength(4_000),
  );
  return builder;
};

export function addPicture(builder: SlashCommandBuilder, isRequired = true): SlashCommandBuilder {
  builder.addAttachmentOption((option) =>
    localise(option, {
      name: ['image', '图片'],
      description: ['PNG, JPEG or WebP', 'PNG、JPEG 或 WebP 图片'],
    }).setRequired(isRequired),
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
    );
  return builder;
}

/** How a picture is sampled. */
export function addSampling(builder: SlashCommandBuilder, { hasSize = true } = {}): SlashCommandBuilder {
  if (hasSize)
    builder.addStringOption((option) =>
      localise(option, {
        name: ['size', '尺寸'],
        description: ['For example 1024x768', '例如 1024x768'],
      }).setAutocomplete(true),
    );
  builder
    .addStringOption((option) =>
      localise(option, {
        name: ['negative', '反向提示词'],
        description: ['What to leave out', '不希望出现的内容'],
      }).setMaxLength(4_000),
    )
    .addStringOption((option) =>
      localise(option, {
        name: ['model', '模型'],
        description: ['Type to search', '输入以搜索'],
      }).setAutocomplete(true),
    )
    .addStringOption((option) =>
      localise(option, {
        name: ['lora', '风格模型'],
        description: ['LoRA; type to search', 'LoRA，输入以搜索'],
      }).setAutocomplete(true),
    )
    .addStringOption((option) =>
      localise(option, {
        name: ['sampler', '采样器'],
        description: ['Type to search', '输入以搜索'],
      }).setAutocomplete(true),
    )
    .addStringOption((option) =>
      localise(option, {
        name: ['preset', '预设'],
        description: ['How carefully to draw', '绘制的精细程度'],
      }).addChoices(createChoice(['Draft', '草稿'], 'draft'), createChoice(['Fine', '精细'], 'fine')),
    );
  return addNumbers(builder);
}

function addNumbers(builder: SlashCommandBuilder): SlashCommandBuilder {
  builder
    .addIntegerOption((option) =>
      localise(option, {
        name: ['steps', '步数'],
        description: ['Sampling steps: more take longer', '采样步数，越多越慢'],
      })
        .setMinValue(1)
        .setMaxValue(100),
    )
    .addNumberOption((option) =>
      localise(option, {
        name: ['cfg', '引导强度'],
        description: ['How closely to follow the prompt', '贴近提示词的程度'],
      })
        .setMinValue(1)
        .setMaxValue(30),
    )
    .addIntegerOption((option) =>
      localise(option, {
        name: ['seed', '种子'],
        description: ['The same seed gives the same picture', '相同种子得到相同图片'],
      })
        .setMinValue(0)
        .setMaxValue(Number.MAX_SAFE_INTEGER),
    )
    .addIntegerOption((option) =>
      localise(option, { name: ['count', '数量'], description: ['How many pictures', '图片数量'] })
        .setMinValue(1)
        .setMaxValue(4),
    );
  return builder;
}

const presets: Record<string, Record<string, unknown>> = { draft: { steps: 12 }, fine: { steps: 50 } };

/** @throws Refusal for what is no size. */
export function parseSize(
  { say }: Pick<Context, 'say'>,
  text: string | null,
): { width: number; height: number } | undefined {
  if (text === null) return undefined;
  const [, width, height] = /^\s*(\d{2,4})\s*[x×*]\s*(\d{2,4})\s*$/i.exec(text) ?? [];
  if (width === undefined || height === undefined) throw new Refusal(say.size);
  return { width: Number(width), height: Number(height) };
}

/** Parameters as the API names them; what was not chosen is absent and takes the workflow's default. */
export function readSampling(
  context: Context,
  { options }: ChatInputCommandInteraction,
): Record<string, unknown> {
  const lora = options.getString('lora');
  const values: Record<string, unknown> = {
    ...presets[options.getString('preset') ?? ''],
    ...parseSize(context, options.getString('size')),
    prompt: options.getString('prompt'),
    negativePrompt: options.getString('negative'),
    model: options.getString('model'),
    sampler: options.getString('sampler'),
    cfg: options.getNumber('cfg'),
    seed: options.getInteger('seed'),
    count: options.getInteger('count'),
    loras: lora === null ? null : [{ name: lora, weight: 1 }],
  };
  const steps = options.getInteger('steps');
  if (steps !== null) values.steps = steps;
  return withoutNulls(values);
}

export const withoutNulls = (values: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
