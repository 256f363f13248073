import { isDirection, readMargins, usualAmount } from '../../generate/margins.ts';
import { optionNames } from '../../replies/texts/optionNames.ts';
import { createChoice, localise } from '../options/localise.ts';
import { createPictureCommand } from './pictureCommand.ts';

export const command = createPictureCommand({
  workflow: 'outpaint',
  text: {
    name: ['outpaint', '扩图'],
    description: ['Draw on beyond the edges of a picture', '向外扩展图片的画面'],
  },
  keepsSize: true,
  addFirst: (builder) =>
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
      ),
  read(options, context, image) {
    const direction = options.getString('direction');
    const side = isDirection(direction) ? direction : 'all';
    return { ...readMargins(context, side, options.getString('amount') ?? usualAmount, image) };
  },
});
