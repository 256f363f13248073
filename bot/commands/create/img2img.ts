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

const builder = addSampling(
  addPicture(
    addPrompt(
      createSlash({
        name: ['img2img', '图生图'],
        description: ['Redraw a picture', '重绘图片'],
      }),
      'img2img',
    ),
  ),
  'img2img',
);
addParam(builder, 'img2img', 'denoise', {
  description: ['Low keeps the picture, 1 replaces it', '数值低则保留原图，1 表示完全重绘'],
});

export const command: Command = {
  data: addDelivery(builder).toJSON(),
  audience: 'result',
  async execute(context, interaction, messageId) {
    const slash = requireSlash(interaction);
    const image = await takePicture(context, slash.options.getAttachment('image', true));
    const denoise = slash.options.getNumber('denoise');
    const params = withoutNulls({ ...readSampling(context, slash), image: image.id, denoise });
    await startGeneration(
      context,
      interaction,
      { workflow: 'img2img', params, takesDefaults: true },
      messageId,
    );
  },
  complete: completeSampling,
};
