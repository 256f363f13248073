import { takePicture } from '../../generate/attachments.ts';
import { startGeneration } from '../../generate/startGeneration.ts';
import { Refusal } from '../../replies/problems.ts';
import { inBoth } from '../../replies/texts/bilingual.ts';
import { optionNames } from '../../replies/texts/optionNames.ts';
import type { Command } from '../command.ts';
import { addParam } from '../options/addParam.ts';
import { completeSampling } from '../options/complete.ts';
import { createSlash, localise } from '../options/localise.ts';
import { addDelivery, addPicture, addPreset, addPrompt, addStyle, withoutNulls } from '../options/options.ts';
import { requireSlash } from '../options/requireKind.ts';

/** Beyond any model; each engine says its own limits. */
const [framesAtMost, fpsAtMost, secondsAtMost] = [3_600, 60, 120];

const texts = inBoth(
  {
    nothing: 'What shall the video show? Describe it in `prompt`, attach a picture as `image`, or do both.',
    noFirst: 'A video that ends on a picture begins with one too. Attach that as `image`.',
  },
  {
    nothing: '视频要展示什么？请在“提示词”中描述，或在“图片”中添加一张图片，也可以两者都用。',
    noFirst: '指定了末帧图片的视频也需要首帧。请在“图片”中添加首帧。',
  },
);

const builder = addPicture(
  addPrompt(
    createSlash({
      name: ['video', '视频'],
      description: ['Make a video from a description, a picture or both', '用文字描述、图片或两者生成视频'],
    }),
    'text2video',
    false,
  ),
  false,
);
builder
  .addStringOption((option) =>
    localise(option, {
      name: optionNames.model,
      description: ['Type to search', '输入以搜索'],
    }).setAutocomplete(true),
  )
  .addNumberOption((option) =>
    localise(option, { name: optionNames.seconds, description: ['Length in seconds', '视频的秒数'] })
      .setMinValue(0.1)
      .setMaxValue(secondsAtMost),
  )
  .addBooleanOption((option) =>
    localise(option, {
      name: optionNames.sound,
      description: [
        'Whether it shall have sound; the prompt says which',
        '是否需要声音；由提示词说明是什么声音',
      ],
    }),
  )
  .addAttachmentOption((option) =>
    localise(option, {
      name: optionNames.lastImage,
      description: ['The picture that the video ends on', '视频结束时的画面'],
    }),
  )
  .addIntegerOption((option) =>
    localise(option, {
      name: optionNames.frames,
      description: ['Length in frames, in place of seconds', '视频的帧数，用以代替秒数'],
    })
      .setMinValue(2)
      .setMaxValue(framesAtMost),
  )
  .addIntegerOption((option) =>
    localise(option, { name: optionNames.fps, description: ['Frames per second', '每秒的帧数'] })
      .setMinValue(1)
      .setMaxValue(fpsAtMost),
  );
addParam(builder, 'text2video', 'motion', {
  description: ['How much moves: 1 little, 255 a lot', '运动的多少：1 最少，255 最多'],
});

export const command: Command = {
  data: addDelivery(addStyle(addPreset(builder))).toJSON(),
  texts,
  audience: 'result',
  async execute(context, interaction, messageId) {
    const { options } = requireSlash(interaction);
    const [first, last] = [options.getAttachment('image'), options.getAttachment('last')];
    const [seconds, sound] = [options.getNumber('seconds'), options.getBoolean('sound')];
    const [preset, style] = [options.getString('preset'), options.getString('style')];
    const typed = withoutNulls({
      prompt: options.getString('prompt'),
      model: options.getString('model'),
      frames: options.getInteger('frames'),
      fps: options.getInteger('fps'),
      motion: options.getInteger('motion'),
    });
    if (!first && (last || typed.prompt === undefined))
      throw new Refusal(last ? texts[context.locale].noFirst : texts[context.locale].nothing);
    const image = first && (await takePicture(context, first));
    const lastImage = last && (await takePicture(context, last));
    const request = {
      workflow: image ? 'img2video' : 'text2video',
      params: { ...typed, ...(image && { image: image.id }), ...(lastImage && { lastImage: lastImage.id }) },
      ...(seconds === null ? {} : { seconds }),
      ...(sound === null ? {} : { sound }),
      ...(preset === null ? {} : { preset }),
      ...(style === null ? {} : { style }),
    };
    await startGeneration(context, interaction, request, messageId);
  },
  complete: completeSampling,
};
