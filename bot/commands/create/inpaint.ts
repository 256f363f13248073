import { takeMask } from '../../generate/masks.ts';
import { addParam } from '../options/addParam.ts';
import { createPictureCommand } from './pictureCommand.ts';

export const command = createPictureCommand({
  workflow: 'inpaint',
  text: {
    name: ['inpaint', '局部重绘'],
    description: ['Redraw a part of a picture', '重绘图片的一部分'],
  },
  keepsSize: true,
  addFirst: (builder) =>
    addParam(builder, 'inpaint', 'mask', {
      description: [
        'White where to redraw, black elsewhere; or the picture with that part erased',
        '要重绘处为白色，其余为黑色；或擦除了该部分的图片',
      ],
    }),
  addLast(builder) {
    addParam(builder, 'inpaint', 'denoise', {
      description: ['Low keeps much of the part, 1 draws it anew', '数值低则保留较多，1 表示完全重绘'],
    });
    addParam(builder, 'inpaint', 'growMask', {
      description: ['Pixels beyond the mask, so that no edge shows', '向蒙版外扩展的像素，避免出现接缝'],
    });
  },
  read: async (options, context, image) => ({
    mask: (await takeMask(context, options.getAttachment('mask', true), image)).id,
    denoise: options.getNumber('denoise'),
    growMask: options.getInteger('grow'),
  }),
});
