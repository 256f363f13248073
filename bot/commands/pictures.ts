import { takePicture } from '../attachments.ts';
import { startGeneration } from '../generation.ts';
import type { Command } from './command.ts';
import { completeSampling } from './complete.ts';
import { createChoice, createSlash, localise } from './localise.ts';
import { addPicture, addPrivate, addPrompt, addSampling, readSampling, withoutNulls } from './options.ts';
import { requireSlash } from './requireKind.ts';

const img2imgBuilder = addSampling(
  addPicture(
    addPrompt(
      createSlash({
        name: ['img2img', '图生图'],
        description: ['Paint a picture anew', '根据图片重新绘制'],
      }),
    ),
  ),
);
img2imgBuilder.addNumberOption((option) =>
  localise(option, {
    name: ['denoise', '重绘强度'],
    description: ['0 keeps the picture, 1 replaces it', '0 保留原图，1 完全重绘'],
  })
    .setMinValue(0)
    .setMaxValue(1),
);

export const img2img: Command = {
  data: addPrivate(img2imgBuilder).toJSON(),
  audience: 'result',
  async execute(context, interaction, messageId) {
    const slash = requireSlash(interaction);
    const image = await takePicture(context, slash.options.getAttachment('image', true));
    const denoise = slash.options.getNumber('denoise');
    const params = withoutNulls({ ...readSampling(context, slash), image: image.id, denoise });
    await startGeneration(context, interaction, { workflow: 'img2img', params }, messageId);
  },
  complete: completeSampling,
};

const upscaleBuilder = addPicture(
  createSlash({ name: ['upscale', '放大'], description: ['Enlarge a picture', '放大图片'] }),
);
upscaleBuilder.addIntegerOption((option) =>
  localise(option, {
    name: ['scale', '倍数'],
    description: ['Times the width and the height', '宽和高各放大的倍数'],
  }).addChoices(createChoice(['2 times', '2 倍'], 2), createChoice(['4 times', '4 倍'], 4)),
);

export const upscale: Command = {
  data: addPrivate(upscaleBuilder).toJSON(),
  audience: 'result',
  async execute(context, interaction, messageId) {
    const { options } = requireSlash(interaction);
    const image = await takePicture(context, options.getAttachment('image', true));
    const params = { image: image.id, scale: options.getInteger('scale') ?? 2 };
    await startGeneration(context, interaction, { workflow: 'upscale', params }, messageId);
  },
};

const poseBuilder = addPicture(
  addPrompt(
    createSlash({
      name: ['pose', '姿势'],
      description: ['Follow a pose, edges or depth', '按姿势、边缘或深度生成'],
    }),
  ),
);
poseBuilder.addStringOption((option) =>
  localise(option, {
    name: ['control', '控制方式'],
    description: ['What to follow', '跟随的内容'],
  })
    .setRequired(true)
    .addChoices(
      createChoice(['Pose', '姿势'], 'openpose'),
      createChoice(['Edges', '边缘'], 'canny'),
      createChoice(['Depth', '深度'], 'depth'),
    ),
);

/** Options that are not required come after those that are. */
const poseOptions = addSampling(poseBuilder);
poseOptions.addNumberOption((option) =>
  localise(option, {
    name: ['strength', '强度'],
    description: ['How closely', '跟随的程度'],
  })
    .setMinValue(0)
    .setMaxValue(2),
);

export const pose: Command = {
  data: addPrivate(poseOptions).toJSON(),
  audience: 'result',
  async execute(context, interaction, messageId) {
    const slash = requireSlash(interaction);
    const image = await takePicture(context, slash.options.getAttachment('image', true));
    const params = withoutNulls({
      ...readSampling(context, slash),
      image: image.id,
      control: slash.options.getString('control', true),
      strength: slash.options.getNumber('strength'),
    });
    await startGeneration(context, interaction, { workflow: 'pose', params }, messageId);
  },
  complete: completeSampling,
};
