import { z } from 'zod';
import {
  cfgField,
  countField,
  field,
  imageField,
  lorasField,
  modelField,
  negativePromptField,
  numberField,
  promptField,
  samplerField,
  schedulerField,
  seedField,
  sizeFields,
  stepsField,
} from '../../params/fields.ts';

/** For requested sides, and for one that follows the picture. */
export const poseLimits = { min: 256, max: 1024 };

const poseFields = z.strictObject({
  image: imageField({
    title: { en: 'Reference', 'zh-CN': '参考图' },
    description: {
      en: 'A photo, or a ready skeleton, edge or depth map. Its middle is used where width and height ask for another aspect.',
      'zh-CN': '照片，或现成的骨架图、边缘图、深度图。若所填宽度和高度的宽高比与之不同，则取中央部分。',
    },
  }),
  control: field(z.enum(['openpose', 'canny', 'depth'], { error: 'Choose openpose, canny or depth.' }), {
    title: { en: 'What to follow', 'zh-CN': '控制方式' },
    description: {
      en: 'openpose follows the pose, canny the edges, depth the distances.',
      'zh-CN': 'openpose 跟随姿势，canny 跟随边缘，depth 跟随远近。',
    },
  }),
  reference: field(z.enum(['photo', 'map'], { error: 'Choose photo or map.' }).optional(), {
    title: { en: 'Kind of reference', 'zh-CN': '参考图类型' },
    description: {
      en: 'A photo is made into a map first; for openpose and depth only servers with the nodes of comfyui_controlnet_aux can. Empty: photo for canny, else a ready map.',
      'zh-CN':
        '照片会先转换为控制图；openpose 和 depth 需要装有 comfyui_controlnet_aux 节点的服务器。留空：canny 视为照片，其余视为现成的控制图。',
    },
  }),
  strength: field(numberField(0, 2).default(1), {
    title: { en: 'Strength', 'zh-CN': '控制强度' },
  }),
  controlStart: field(numberField(0, 1).default(0), {
    title: { en: 'Follow from', 'zh-CN': '控制起点' },
    description: {
      en: 'From which part of the steps on the reference is followed: 0 is the first.',
      'zh-CN': '从步数的哪一处开始跟随参考图：0 为第一步。',
    },
  }),
  controlEnd: field(numberField(0, 1).default(1), {
    title: { en: 'Follow until', 'zh-CN': '控制终点' },
    description: {
      en: 'Until which part of the steps it is followed: 1 is the last. The rest is free.',
      'zh-CN': '跟随到步数的哪一处为止：1 为最后一步，其余步骤不受控制。',
    },
  }),
  prompt: promptField,
  negativePrompt: negativePromptField,
  model: modelField('v1-5-pruned-emaonly-fp16.safetensors'),
  ...sizeFields(poseLimits).optional(),
  steps: stepsField(25),
  cfg: cfgField(7),
  sampler: samplerField('dpmpp_2m'),
  scheduler: schedulerField('karras'),
  seed: seedField,
  count: countField,
  loras: lorasField,
});

export const poseParams = poseFields.refine(({ controlStart, controlEnd }) => controlStart < controlEnd, {
  path: ['controlEnd'],
  error: 'Choose an end after the start.',
});

/** What a client sends. */
export type PoseParams = z.input<typeof poseParams>;
