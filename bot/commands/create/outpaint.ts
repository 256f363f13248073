import { takePicture } from '../../generate/attachments.ts';
import { isDirection, readMargins, usualAmount } from '../../generate/margins.ts';
import { startGeneration } from '../../generate/startGeneration.ts';
import { optionNames } from '../../replies/texts/optionNames.ts';
import type { Command } from '../command.ts';
import { completeSampling } from '../options/complete.ts';
import { createChoice, createSlash, localise } from '../options/localise.ts';
import { addDelivery, addPicture, addPrompt, addSampling, readSampling } from '../options/options.ts';
import { requireSlash } from '../options/requireKind.ts';

const builder = addPicture(
  addPrompt(
    createSlash({
      name: ['outpaint', '扩图'],
      description: ['Draw on beyond the edges of a picture', '向外扩展图片的画面'],
    }),
    'outpaint',
  ),
);
builder
  .addStringOption((option) =>
    localise(option, {
      name: ['direction', '方向'],
      description: ['Where to extend it; all sides by default', '向哪边扩展，默认为四周'],
    }).addChoices(
      createChoice(['All sides', '四周'], 'all'),
      createChoice(['Left', '向左'], 'left'),
      createChoice(['Right', '向右'], 'right'),
      createChoice(['Up', '向上'], 'up'),
      createChoice(['Down', '向下'], 'down'),
    ),
  )
  .addStringOption((option) =>
    localise(option, {
      name: optionNames.left,
      description: [
        'How far on each of these sides: 25% of the picture, or 200px. 25% by default',
        '每一边扩展多少：图片的 25%，或 200px。默认 25%',
      ],
    }).setMaxLength(20),
  );

/** The size of the result follows from the picture and the amount. */
const options = addSampling(builder, 'outpaint', { hasSize: false });

export const command: Command = {
  data: addDelivery(options).toJSON(),
  audience: 'result',
  async execute(context, interaction, messageId) {
    const slash = requireSlash(interaction);
    const direction = slash.options.getString('direction');
    const image = await takePicture(context, slash.options.getAttachment('image', true));
    const params = {
      ...readSampling(context, slash),
      image: image.id,
      ...readMargins(
        context,
        isDirection(direction) ? direction : 'all',
        slash.options.getString('amount') ?? usualAmount,
        image,
      ),
    };
    await startGeneration(context, interaction, { workflow: 'outpaint', params }, messageId);
  },
  complete: completeSampling,
};
