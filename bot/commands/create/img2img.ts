import { takePicture } from '../../generate/attachments.ts';
import { optionNames } from '../../replies/texts/optionNames.ts';
import { addParam } from '../options/addParam.ts';
import { localise } from '../options/localise.ts';
import { createPictureCommand } from './pictureCommand.ts';

/** Further pictures that engines for editing look at, in the order of the prompt. */
const references = ['image2', 'image3', 'image4'] as const;

export const command = createPictureCommand({
  workflow: 'img2img',
  text: {
    name: ['img2img', '图生图'],
    description: ['Redraw a picture, or make one of several', '重绘图片，或由多张图片生成新图'],
  },
  addLast(builder) {
    addParam(builder, 'img2img', 'denoise', {
      description: ['Low keeps the picture, 1 replaces it', '数值低则保留原图，1 表示完全重绘'],
    });
    for (const param of references)
      builder.addAttachmentOption((option) =>
        localise(option, {
          name: optionNames[param],
          description: [
            'Another picture that the prompt may speak of, for models that edit',
            '提示词可提及的另一张图片，用于编辑模型',
          ],
        }),
      );
  },
  async read(options, context) {
    const given = references.flatMap((param) => options.getAttachment(param) ?? []);
    const taken = await Promise.all(given.map((picture) => takePicture(context, picture)));
    const further = taken.map(({ id }, index) => [references[index], id] as const);
    return { denoise: options.getNumber('denoise'), ...Object.fromEntries(further) };
  },
});
