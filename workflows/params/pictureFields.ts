import { z } from 'zod';
import {
  areaCheck,
  countField,
  field,
  integerField,
  lorasField,
  numberField,
  promptField,
  promptMaxCharacters,
  seedField,
  sizeFields,
  textSchema,
} from './fields.ts';

/** One that may be left out. */
export function furtherImageField(number: number) {
  return field(
    z.uuid({ error: 'Give the id of a picture that you uploaded.' }).optional(),
    {
      title: { en: `Picture ${number}`, 'zh-CN': `图片 ${number}` },
      description: {
        en: `A further picture, which the prompt may call "picture ${number}".`,
        'zh-CN': `另一张图片，提示词中可称为“图片 ${number}”。`,
      },
    },
    { 'x-asset': 'image' },
  );
}

/** For models that change pictures by instruction. */
export const instructionField = field(
  textSchema(1),
  {
    title: { en: 'Prompt', 'zh-CN': '提示词' },
    description: {
      en: 'What to change or to make of the pictures, as an instruction.',
      'zh-CN': '以指令说明如何修改或组合图片。',
    },
  },
  { 'x-multiline': true, minLength: 1, maxLength: promptMaxCharacters },
);

/** For models that were distilled to draw in a few steps: more only take longer. */
export function fewStepsField(defaultSteps: number) {
  return field(
    integerField(1, 20).default(defaultSteps),
    {
      title: { en: 'Steps', 'zh-CN': '步数' },
      description: {
        en: `The model was made for ${defaultSteps} steps; more take longer and change little.`,
        'zh-CN': `该模型针对 ${defaultSteps} 步优化；更多步数耗时更长，画面变化不大。`,
      },
    },
    // With fewer than four it draws mush.
    {
      'x-presets': {
        draft: Math.max(Math.ceil(defaultSteps / 2), 4),
        fine: Math.ceil(defaultSteps * 1.5),
      },
    },
  );
}

/** For models with a LoRA that draws in a few steps. */
export function fastField(isFast: boolean, steps: { fast: number; full: number }) {
  return field(z.boolean({ error: 'Choose true or false.' }).default(isFast), {
    title: { en: 'Fast', 'zh-CN': '快速' },
    description: {
      en: `${steps.fast} steps instead of ${steps.full}, by a LoRA made for that; with a little less detail.`,
      'zh-CN': `借助专用 LoRA，以 ${steps.fast} 步代替 ${steps.full} 步，细节略少。`,
    },
  });
}

/** Beside `fastField`: how many steps are usual depends on it. */
export function optionalStepsField(steps: { fast: number; full: number }) {
  return field(
    integerField(1, 100).optional(),
    {
      title: { en: 'Steps', 'zh-CN': '步数' },
      description: {
        en: `More steps take longer and refine more. Empty: ${steps.fast} when fast, else ${steps.full}.`,
        'zh-CN': `步数越多，耗时越长，细节越多。留空：快速时为 ${steps.fast}，否则为 ${steps.full}。`,
      },
    },
    {
      'x-usual': {
        by: 'fast',
        steps: [
          [true, steps.fast],
          [false, steps.full],
        ],
      },
    },
  );
}

/** For models that take guidance as an input: it costs nothing, and cfg stays at 1. */
export function guidanceField(defaultGuidance: number) {
  return field(numberField(1, 10).default(defaultGuidance), {
    title: { en: 'Guidance', 'zh-CN': '引导强度' },
    description: {
      en: `How closely the picture follows the prompt; lower looks more natural. ${defaultGuidance} is usual.`,
      'zh-CN': `画面遵循提示词的程度；数值较低时更自然，通常为 ${defaultGuidance}。`,
    },
  });
}

/** What the models that draw from text at up to 4.2 megapixels take alike; between the two come their own. */
export const promptAndSize = {
  prompt: promptField,
  ...sizeFields({ min: 256, max: 2048, multipleOf: 16 }).required(1024, 1024),
};
export const seedCountAndLoras = { seed: seedField, count: countField, loras: lorasField };

export const largestPicture = areaCheck(4_194_304);
