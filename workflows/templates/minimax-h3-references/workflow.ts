import { defineWorkflow } from '../../defineWorkflow.ts';
import type { GraphEditor } from '../../graph/graphEditor.ts';
import { checkFirstFrame } from '../../models/video/frameSizes.ts';
import { h3Binding, h3Fps, h3FramesOfReference, h3Rates } from '../../models/video/minimaxH3.ts';
import { megapixels } from '../../params/sizes.ts';
import graph from './graph.json' with { type: 'json' };
import { minimaxH3ReferencesParams } from './params.ts';

const pictureParams = ['image', 'image2', 'image3', 'image4'] as const;
type Given = Partial<Record<(typeof pictureParams)[number], string | undefined>>;

/** Where each further picture is loaded, and where it enters. */
const further = {
  image2: { name: '22.image', enters: '8.ref_images.ref_image_1' },
  image3: { name: '23.image', enters: '8.ref_images.ref_image_2' },
  image4: { name: '24.image', enters: '8.ref_images.ref_image_3' },
} as const;

function bindFurther(
  edit: GraphEditor<typeof graph>,
  picture: keyof typeof further,
  uploadedName: string | undefined,
): void {
  const { name, enters } = further[picture];
  if (uploadedName === undefined) edit.unlink(enters);
  else edit.set(name, uploadedName);
}

const givenOf = (params: Given) => pictureParams.filter((name) => params[name] !== undefined);

/** The model knows pictures as `<Picture 1>`, counted over those that are there. A number that no picture has stays. */
function namePictures(prompt: string, params: Given): string {
  const places = new Map(givenOf(params).map((name, index) => [pictureParams.indexOf(name) + 1, index + 1]));
  return prompt.replaceAll(/<?(?:\bpicture|图片)\s?([1-4])\b>?/giu, (written, number: string) => {
    const place = places.get(Number(number));
    return place === undefined ? written : `<Picture ${place}>`;
  });
}

export const workflow = defineWorkflow({
  name: 'minimax-h3-references',
  version: 1,
  type: 'img2video',
  title: {
    en: 'Video with people and things from pictures (MiniMax H3)',
    'zh-CN': '参考图生视频（MiniMax H3）',
  },
  description: {
    en: 'Makes a video with sound in which the people, things or style of up to four pictures appear, with MiniMax H3. Say in the prompt what "picture 1" does: 5 to 15 seconds, 24 frames a second.',
    'zh-CN':
      '使用 MiniMax H3 生成有声视频，让最多四张图片中的人物、物品或风格出现其中。请在提示词中写明“图片 1”做什么；5 至 15 秒，每秒 24 帧。',
  },
  engine: { of: 'img2video', model: 'MiniMax H3 R2V' },
  params: minimaxH3ReferencesParams,
  graph,
  binding: {
    image: '21.image',
    image2: (edit, name) => bindFurther(edit, 'image2', name),
    image3: (edit, name) => bindFurther(edit, 'image3', name),
    image4: (edit, name) => bindFurther(edit, 'image4', name),
    prompt: (edit, prompt, { params }) => edit.set('8.prompt', namePictures(prompt, params)),
    width: '8.width',
    height: '8.height',
    ...h3Binding,
  },
  outputKind: 'video',
  fps: h3Fps,
  example: {
    image: '01900000-0000-7000-8000-000000000000',
    prompt: 'picture 1 walks through the rain and laughs',
  },
  workUnits: (params) =>
    megapixels(params) * params.steps * (params.frames + h3FramesOfReference * givenOf(params).length),
  rates: h3Rates,
  checkImages: (params, images) =>
    givenOf(params).flatMap((name) => (images[name] ? checkFirstFrame(images[name], `/${name}`) : [])),
});
