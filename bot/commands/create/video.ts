import { takePicture } from '../../generate/attachments.ts';
import { startGeneration } from '../../generate/startGeneration.ts';
import { presentBadOptions, Refusal } from '../../replies/problems.ts';
import type { Command } from '../command.ts';
import { addParam } from '../options/addParam.ts';
import { createSlash } from '../options/localise.ts';
import { addDelivery, addPicture, addPrompt, withoutNulls } from '../options/options.ts';
import { requireSlash } from '../options/requireKind.ts';

const builder = addPicture(
  addPrompt(
    createSlash({
      name: ['video', '视频'],
      description: ['Make a video from a description or a picture', '用文字描述或图片生成视频'],
    }),
    'text2video',
    false,
  ),
  false,
);
addParam(builder, 'text2video', 'frames', { description: ['Length in frames', '视频的帧数'] });
addParam(builder, 'text2video', 'fps', { description: ['Frames per second', '每秒的帧数'] });
addParam(builder, 'text2video', 'motion', {
  description: ['How much moves: 1 little, 255 a lot', '运动的多少：1 最少，255 最多'],
});

export const command: Command = {
  data: addDelivery(builder).toJSON(),
  audience: 'result',
  async execute(context, interaction, messageId) {
    const { options } = requireSlash(interaction);
    const prompt = options.getString('prompt');
    const attachment = options.getAttachment('image');
    const film = withoutNulls({
      frames: options.getInteger('frames'),
      fps: options.getInteger('fps'),
      motion: options.getInteger('motion'),
    });
    if (attachment) {
      const image = await takePicture(context, attachment);
      const request = { workflow: 'img2video', params: { ...film, image: image.id } };
      await startGeneration(context, interaction, request, messageId);
      return;
    }
    if (prompt === null) throw new Refusal(presentBadOptions(context.say, ['prompt', 'image']));
    const request = { workflow: 'text2video', params: { ...film, prompt } };
    await startGeneration(context, interaction, request, messageId);
  },
};
