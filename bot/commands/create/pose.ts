import { addParam } from '../options/addParam.ts';
import { createPictureCommand } from './pictureCommand.ts';

export const command = createPictureCommand({
  workflow: 'pose',
  text: {
    name: ['pose', '姿势'],
    description: ['Make a picture that follows a pose, edges or depth', '按姿势、边缘或深度生成图片'],
  },
  addFirst: (builder) =>
    addParam(builder, 'pose', 'control', {
      description: ['What to take from the picture', '从图片中提取的内容'],
      choices: { openpose: ['Pose', '姿势'], canny: ['Edges', '边缘'], depth: ['Depth', '深度'] },
    }),
  addLast: (builder) =>
    addParam(builder, 'pose', 'strength', { description: ['How closely to follow it', '跟随的程度'] }),
  read: (options) => ({
    control: options.getString('control', true),
    strength: options.getNumber('strength'),
  }),
});
