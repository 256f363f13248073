import { takeFile } from '../../generate/attachments.ts';
import { enlarge } from '../../generate/generationRequest.ts';
import { startGeneration } from '../../generate/startGeneration.ts';
import { Refusal } from '../../replies/problems.ts';
import { inBoth } from '../../replies/texts/bilingual.ts';
import type { Command } from '../command.ts';
import { addParam } from '../options/addParam.ts';
import { createSlash } from '../options/localise.ts';
import { addDelivery, addPicture, addVideo } from '../options/options.ts';
import { requireSlash } from '../options/requireKind.ts';

const texts = inBoth(
  { oneThing: 'Attach one thing to enlarge: a picture as `image`, or a video as `video`.' },
  { oneThing: '请添加一项要放大的内容：“图片”或“视频”。' },
);

const builder = addVideo(
  addPicture(
    createSlash({
      name: ['upscale', '放大'],
      description: ['Enlarge a picture or a video', '放大图片或视频'],
    }),
    false,
  ),
);
addParam(builder, 'upscale', 'scale', {
  description: ['How many times wider and taller', '宽和高各放大的倍数'],
  choices: { 2: ['2×', '2 倍'], 4: ['4×', '4 倍'] },
});

export const command: Command = {
  data: addDelivery(builder).toJSON(),
  texts,
  audience: 'result',
  async execute(context, interaction, messageId) {
    const { options } = requireSlash(interaction);
    const [picture, film] = [options.getAttachment('image'), options.getAttachment('video')];
    const attached = picture ?? film;
    if (!attached || (picture && film)) throw new Refusal(texts[context.locale].oneThing);
    const kind = film ? 'video' : 'image';
    const { id } = await takeFile(context, attached, kind);
    const request = enlarge(kind, id, options.getInteger('scale') ?? 2);
    await startGeneration(context, interaction, request, messageId);
  },
};
