import { addParam } from '../options/addParam.ts';
import { createPictureCommand } from './pictureCommand.ts';

export const command = createPictureCommand({
  workflow: 'img2img',
  text: { name: ['img2img', '图生图'], description: ['Redraw a picture', '重绘图片'] },
  addLast: (builder) =>
    addParam(builder, 'img2img', 'denoise', {
      description: ['Low keeps the picture, 1 replaces it', '数值低则保留原图，1 表示完全重绘'],
    }),
  read: (options) => ({ denoise: options.getNumber('denoise') }),
});
