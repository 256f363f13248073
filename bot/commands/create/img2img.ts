import { takePicture } from '../../generate/attachments.ts';
import { startGeneration } from '../../generate/generation.ts';
import type { Command } from '../command.ts';
import { completeSampling } from '../options/complete.ts';
import { createSlash, localise } from '../options/localise.ts';
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
    ),
  ),
);
builder.addNumberOption((option) =>
  localise(option, {
    name: ['denoise', '重绘强度'],
    description: ['0 keeps the picture, 1 replaces it', '0 保留原图，1 完全重绘'],
  })
    .setMinValue(0)
    .setMaxValue(1),
);

export const img2img: Command = {
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
