import { z } from 'zod';
import type { InventoryOptions } from '../models/loaders.ts';
import type { FileKind } from '../shared/mediaKinds.ts';
import type { LocalizedText } from '../workflow.ts';

/** Title and description of a parameter in every language a form is shown in. */
interface FieldText {
  title: LocalizedText;
  description?: LocalizedText;
}

/** What a parameter's schema says beside JSON Schema's own words. */
export interface FieldMeta {
  'x-title': LocalizedText;
  'x-description'?: LocalizedText;
  'x-options'?: InventoryOptions;
  'x-asset'?: FileKind;
  'x-multiline'?: true;
  'x-seed'?: true;
  'x-grid'?: { step: number; offset: number };
  'x-presets'?: { draft: number; fine: number };
}

type FieldExtras = Omit<FieldMeta, 'x-title' | 'x-description'> & Record<string, unknown>;

/** Names a parameter for forms: English under the standard keywords, all languages under `x-title`. */
export function field<S extends z.ZodType>(schema: S, text: FieldText, extras: FieldExtras = {}): S {
  return schema.meta({
    title: text.title.en,
    ...(text.description && { description: text.description.en, 'x-description': text.description }),
    'x-title': text.title,
    ...extras,
  });
}

export const promptMaxCharacters = 4000;

// Newline and tab belong to text; every other control character, C1 included, is noise or an attack.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const controlCharacter = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;
// ComfyUI reads `embedding:name` inside a prompt as the name of a file to load.
const embeddingWithPath = /embedding:[^\s,()]*(?:[\\/]|\.\.)/i;

const countCharacters = (text: string): number => [...text].length;

/** Text that people wrote: trimmed, Windows line ends made `\n`, counted in characters, not in UTF-16 units. */
export function textSchema(minCharacters: number, maxCharacters = promptMaxCharacters) {
  return z
    .string({ error: 'Give a text.' })
    .overwrite((text) => text.replaceAll('\r\n', '\n').trim())
    .refine((text) => countCharacters(text) >= minCharacters, {
      error: `Use at least ${minCharacters} ${minCharacters === 1 ? 'character' : 'characters'}.`,
    })
    .refine((text) => countCharacters(text) <= maxCharacters, {
      error: `Use at most ${maxCharacters} characters.`,
    })
    .refine((text) => !controlCharacter.test(text), {
      error: 'Remove control characters; newline and tab are fine.',
    })
    .refine((text) => text.isWellFormed(), {
      error: 'The text holds half of a surrogate pair; type it again.',
    })
    .refine((text) => !embeddingWithPath.test(text), {
      error: 'Name an embedding by its file name alone, without folders.',
    });
}

export const promptField = field(
  textSchema(1),
  {
    title: { en: 'Prompt', 'zh-CN': '提示词' },
    description: { en: 'What the picture shows, in words.', 'zh-CN': '用文字描述画面内容。' },
  },
  { 'x-multiline': true, minLength: 1, maxLength: promptMaxCharacters },
);

export const negativePromptField = field(
  textSchema(0).default(''),
  {
    title: { en: 'Negative prompt', 'zh-CN': '反向提示词' },
    description: { en: 'What to keep out of the picture.', 'zh-CN': '不希望出现在画面中的内容。' },
  },
  { 'x-multiline': true, maxLength: promptMaxCharacters },
);

/** An integer within limits whose every refusal names the limits. */
export function integerField(min: number, max: number, multipleOf = 1) {
  const unit = multipleOf === 1 ? 'a whole number' : `a multiple of ${multipleOf}`;
  const error = `Choose ${unit} from ${min} to ${max}.`;
  const schema = z
    .int({ error, abort: true })
    .min(min, { error, abort: true })
    .max(max, { error, abort: true });
  return multipleOf === 1 ? schema : schema.multipleOf(multipleOf, { error });
}

/** A number within limits whose every refusal names the limits. */
export function numberField(min: number, max: number) {
  const error = `Choose a number from ${min} to ${max}.`;
  return z.number({ error }).min(min, { error, abort: true }).max(max, { error });
}

/** One of the pool's own names; acceptance compares it with the inventory. */
export function inventoryField() {
  return z
    .string({ error: 'Give a name from the list.' })
    .min(1, { error: 'Give a name from the list.' })
    .max(255, { error: 'Give a name from the list.' })
    .refine((name) => !controlCharacter.test(name) && name.isWellFormed(), {
      error: 'Give a name from the list.',
    });
}

const assetErrors: Record<FileKind, string> = {
  image: 'Give the id of a picture that you uploaded.',
  video: 'Give the id of a video that you uploaded or that a task made.',
  audio: 'Give the id of a sound that you uploaded or that a task made.',
};

export function assetField(kind: FileKind, text: FieldText) {
  return field(z.uuid({ error: assetErrors[kind] }), text, { 'x-asset': kind });
}

export const imageField = (text: FieldText) => assetField('image', text);

export const sourceImageField = imageField({
  title: { en: 'Picture', 'zh-CN': '图片' },
  description: { en: 'The picture to start from.', 'zh-CN': '作为起点的图片。' },
});

export function modelField(defaultName: string) {
  return field(
    inventoryField().default(defaultName),
    {
      title: { en: 'Model', 'zh-CN': '模型' },
      description: { en: 'The checkpoint that draws the picture.', 'zh-CN': '用于绘制的模型文件。' },
    },
    { 'x-options': 'checkpoints' },
  );
}

export function stepsField(defaultSteps: number) {
  return field(integerField(1, 100).default(defaultSteps), {
    title: { en: 'Steps', 'zh-CN': '步数' },
    description: { en: 'More steps take longer and refine more.', 'zh-CN': '步数越多，耗时越长，细节越多。' },
  });
}

export function cfgField(defaultCfg: number) {
  return field(numberField(1, 30).default(defaultCfg), {
    title: { en: 'Guidance (cfg)', 'zh-CN': '引导强度（cfg）' },
    description: {
      en: 'How closely the picture follows the prompt.',
      'zh-CN': '画面遵循提示词的程度。',
    },
  });
}

export function samplerField(defaultName: string) {
  return field(
    inventoryField().default(defaultName),
    { title: { en: 'Sampler', 'zh-CN': '采样器' } },
    { 'x-options': 'samplers' },
  );
}

export function schedulerField(defaultName: string) {
  return field(
    inventoryField().default(defaultName),
    { title: { en: 'Scheduler', 'zh-CN': '调度器' } },
    { 'x-options': 'schedulers' },
  );
}

/** Absent values are drawn at acceptance. Limited to exact JSON numbers, below ComfyUI's 2^64. */
export const seedField = field(
  integerField(0, Number.MAX_SAFE_INTEGER).optional(),
  {
    title: { en: 'Seed', 'zh-CN': '随机种子' },
    description: {
      en: 'The same seed and values give the same picture; empty draws one.',
      'zh-CN': '相同的种子和参数得到相同的画面；留空则随机。',
    },
  },
  { 'x-seed': true },
);

export const countField = field(integerField(1, 8).default(1), {
  title: { en: 'Number of pictures', 'zh-CN': '图片数量' },
});

export function denoiseField(defaultDenoise: number) {
  return field(numberField(0.05, 1).default(defaultDenoise), {
    title: { en: 'Denoise', 'zh-CN': '重绘幅度' },
    description: {
      en: 'Low keeps the picture, 1 draws it anew.',
      'zh-CN': '数值低则保留原图，1 表示完全重绘。',
    },
  });
}

const maxLoras = 5;

export const lorasField = field(
  z
    .array(
      z.strictObject({
        name: field(inventoryField(), { title: { en: 'LoRA', 'zh-CN': 'LoRA' } }, { 'x-options': 'loras' }),
        weight: field(numberField(-2, 2).default(1), { title: { en: 'Weight', 'zh-CN': '权重' } }),
      }),
    )
    .max(maxLoras, { error: `Choose at most ${maxLoras} LoRAs.` })
    .refine((loras) => new Set(loras.map(({ name }) => name)).size === loras.length, {
      error: 'Name each LoRA once.',
    })
    .default([]),
  {
    title: { en: 'LoRAs', 'zh-CN': 'LoRA 列表' },
    description: { en: 'Small models that add a style or subject.', 'zh-CN': '附加风格或主题的小模型。' },
  },
);

export type LoraChoice = z.output<typeof lorasField>[number];

const widthText = { title: { en: 'Width (pixels)', 'zh-CN': '宽度（像素）' } };
const heightText = { title: { en: 'Height (pixels)', 'zh-CN': '高度（像素）' } };

/** Width and height, both multiples of `multipleOf` because the latent has one cell for 8 × 8 pixels. */
export function sizeFields(limits: { min: number; max: number; multipleOf?: number }) {
  const side = () => integerField(limits.min, limits.max, limits.multipleOf ?? 8);
  return {
    required: (width: number, height: number) => ({
      width: field(side().default(width), widthText),
      height: field(side().default(height), heightText),
    }),
    /** Absent sides follow the given picture. */
    optional: () => ({
      width: field(side().optional(), widthText),
      height: field(side().optional(), heightText),
    }),
  };
}

/** Refuses an area above the limit; the pointer is that of the height. */
export function areaCheck(maxPixels: number) {
  return {
    fits: ({ width, height }: { width?: number | undefined; height?: number | undefined }): boolean =>
      width === undefined || height === undefined || width * height <= maxPixels,
    path: ['height'],
    error: `Width × height may be at most ${Math.floor(maxPixels / 10_000) / 100} megapixels.`,
  };
}
