import { takePicture } from '../../generate/attachments.ts';
import { takeMask } from '../../generate/masks.ts';
import { startGeneration } from '../../generate/startGeneration.ts';
import type { Command } from '../command.ts';
import { addParam } from '../options/addParam.ts';
import { completeSampling } from '../options/complete.ts';
import { createSlash } from '../options/localise.ts';
import {
  addDelivery,
  addPicture,
  addPrompt,
  addSampling,
  readSampling,
  withoutNulls,
} from '../options/options.ts';
import { requireSlash } from '../options/requireKind.ts';

const builder = addPicture(
  addPrompt(
    createSlash({
      name: ['inpaint', '局部重绘'],
      description: ['Redraw a part of a picture', '重绘图片的一部分'],
    }),
    'inpaint',
  ),
);
addParam(builder, 'inpaint', 'mask', {
  description: [
    'White where to redraw, black elsewhere; or the picture with that part erased',
    '要重绘处为白色，其余为黑色；或擦除了该部分的图片',
  ],
});

/** The result has the picture's own size. */
const options = addSampling(builder, 'inpaint', { hasSize: false });
addParam(options, 'inpaint', 'denoise', {
  description: ['Low keeps much of the part, 1 draws it anew', '数值低则保留较多，1 表示完全重绘'],
});
addParam(options, 'inpaint', 'growMask', {
  description: ['Pixels beyond the mask, so that no edge shows', '向蒙版外扩展的像素，避免出现接缝'],
});

export const command: Command = {
  data: addDelivery(options).toJSON(),
  audience: 'result',
  async execute(context, interaction, messageId) {
    const slash = requireSlash(interaction);
    const image = await takePicture(context, slash.options.getAttachment('image', true));
    const mask = await takeMask(context, slash.options.getAttachment('mask', true), image);
    const params = withoutNulls({
      ...readSampling(context, slash),
      image: image.id,
      mask: mask.id,
      denoise: slash.options.getNumber('denoise'),
      growMask: slash.options.getInteger('grow'),
    });
    await startGeneration(context, interaction, { workflow: 'inpaint', params }, messageId);
  },
  complete: completeSampling,
};
