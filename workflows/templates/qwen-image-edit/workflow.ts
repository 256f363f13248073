import { defineWorkflow } from '../../defineWorkflow.ts';
import type { GraphEditor } from '../../graph/graphEditor.ts';
import {
  checkEdit,
  countPictures,
  editedMegapixels,
  editedSize,
  requireFirst,
} from '../../models/editing.ts';
import { qwenImage21Rates } from '../../models/qwenImage.ts';
import { bindModelLoras } from '../../params/loras.ts';
import type { AskedSize } from '../../params/sizes.ts';
import graph from './graph.json' with { type: 'json' };
import { qwenImageEditParams } from './params.ts';

/** The text encoder sees a picture in patches of 32 × 32 pixels, which its latent must match. */
const patch = 32;

/**
 * The latents of the pictures are computed once and stay: in each step they only take part in attention. An
 * assumption.
 */
const shareOfPicture = 0.25;

/** Where each further picture is loaded, and where it enters. */
const references = {
  image2: { name: '22.image', enters: '5.images.image_2' },
  image3: { name: '23.image', enters: '5.images.image_3' },
  image4: { name: '24.image', enters: '5.images.image_4' },
  image5: { name: '25.image', enters: '5.images.image_5' },
  image6: { name: '26.image', enters: '5.images.image_6' },
  image7: { name: '27.image', enters: '5.images.image_7' },
  image8: { name: '28.image', enters: '5.images.image_8' },
  image9: { name: '29.image', enters: '5.images.image_9' },
  image10: { name: '30.image', enters: '5.images.image_10' },
} as const;

function bindReference(
  edit: GraphEditor<typeof graph>,
  reference: keyof typeof references,
  uploadedName: string | undefined,
): void {
  const { name, enters } = references[reference];
  if (uploadedName === undefined) edit.unlink(enters);
  else edit.set(name, uploadedName);
}

const isSizeAsked = ({ width, height }: AskedSize): boolean => width !== undefined || height !== undefined;

export const workflow = defineWorkflow({
  name: 'qwen-image-edit',
  version: 1,
  type: 'img2img',
  title: { en: 'Edit pictures (Qwen-Image 2.1)', 'zh-CN': '编辑图片（Qwen-Image 2.1）' },
  description: {
    en: 'Changes a picture by an instruction, or combines up to ten, with Qwen-Image 2.1.',
    'zh-CN': '使用 Qwen-Image 2.1，按指令修改一张图片，或组合最多十张图片。',
  },
  engine: { of: 'img2img', model: 'Qwen-Image 2.1' },
  params: qwenImageEditParams,
  graph,
  binding: {
    image: '21.image',
    image2: (edit, name) => bindReference(edit, 'image2', name),
    image3: (edit, name) => bindReference(edit, 'image3', name),
    image4: (edit, name) => bindReference(edit, 'image4', name),
    image5: (edit, name) => bindReference(edit, 'image5', name),
    image6: (edit, name) => bindReference(edit, 'image6', name),
    image7: (edit, name) => bindReference(edit, 'image7', name),
    image8: (edit, name) => bindReference(edit, 'image8', name),
    image9: (edit, name) => bindReference(edit, 'image9', name),
    image10: (edit, name) => bindReference(edit, 'image10', name),
    prompt: '5.prompt',
    width: (edit, _width, { params, images }) => {
      // Without a requested size the encoder gives the latent of the first picture's: any other shifts the edit.
      if (!isSizeAsked(params)) return;
      edit.set('6.width', editedSize(params, requireFirst(images), patch).width);
      edit.link('8.latent_image', '6', 0);
    },
    height: (edit, _height, { params, images }) => {
      if (isSizeAsked(params)) edit.set('6.height', editedSize(params, requireFirst(images), patch).height);
    },
    steps: '8.steps',
    seed: '8.seed',
    count: ['6.batch_size', '7.amount'],
    loras: (edit, loras) => bindModelLoras(edit, '4', loras),
  },
  outputKind: 'image',
  example: {
    image: '01900000-0000-7000-8000-000000000000',
    prompt: 'make it winter',
  },
  workUnits: (params, images) => {
    const result = editedSize(params, requireFirst(images), patch);
    const pictures = countPictures(params) * shareOfPicture;
    return editedMegapixels(result, pictures) * params.steps * params.count;
  },
  rates: qwenImage21Rates,
  checkImages: (params, images) => checkEdit(params, images, patch),
});
