import { takePicture } from '../../generate/attachments.ts';
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
      name: ['pose', '姿势'],
      description: ['Make a picture that follows a pose, edges or depth', '按姿势、边缘或深度生成图片'],
    }),
    'pose',
  ),
);
addParam(builder, 'pose', 'control', {
  description: ['What to take from the picture', '从图片中提取的内容'],
  choices: { openpose: ['Pose', '姿势'], canny: ['Edges', '边缘'], depth: ['Depth', '深度'] },
});

/** Required options come first. */
const options = addSampling(builder, 'pose');
addParam(options, 'pose', 'strength', { description: ['How closely to follow it', '跟随的程度'] });

export const command: Command = {
  data: addDelivery(options).toJSON(),
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
    await startGeneration(context, interaction, { workflow: 'pose', params, takesDefaults: true }, messageId);
  },
  complete: completeSampling,
};
