import { defineWorkflow } from '../../defineWorkflow.ts';
import {
  drawingMegapixels,
  drawingSize,
  findSizeFault,
  findSourceFault,
} from '../../models/stableDiffusion15.ts';
import { bindLoras } from '../../params/loras.ts';
import { megapixels } from '../../params/sizes.ts';
import type { InputImage } from '../../workflow.ts';
import graph from './graph.json' with { type: 'json' };
import { outpaintParams } from './params.ts';

interface Margins {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const sides = ['left', 'top', 'right', 'bottom'] as const;

/** In a larger result the model would see too little of the picture to continue it. */
const timesAtMost = 3;

function requireImage<I extends InputImage>(images: Record<string, I>): I {
  const { image } = images;
  if (!image) throw new Error('outpaint needs its image to be bound and priced');
  return image;
}

/** The size of the result, in pixels. */
const extendedSize = ({ width, height }: InputImage, { left, top, right, bottom }: Margins): InputImage => ({
  width: width + left + right,
  height: height + top + bottom,
});

/** The width of the soft edge: the middle of even a small picture stays unchanged. */
const softEdge = ({ width, height }: InputImage, feathering: number): number =>
  Math.min(feathering, Math.floor(Math.min(width, height) / 4));

function checkSize(image: InputImage, margins: Margins): { pointer: string; message: string }[] {
  const sourceFault = findSourceFault(image);
  if (sourceFault) return [{ pointer: '/image', message: sourceFault }];
  const result = extendedSize(image, margins);
  const isTooWide = result.width > image.width * timesAtMost;
  if (isTooWide || result.height > image.height * timesAtMost) {
    const message = `The result would be ${result.width} × ${result.height} pixels and the picture is ${image.width} × ${image.height}; extend it to at most ${timesAtMost} times its width and height.`;
    const [first, second] = isTooWide ? (['left', 'right'] as const) : (['top', 'bottom'] as const);
    return [{ pointer: `/${margins[first] > margins[second] ? first : second}`, message }];
  }
  const largest = sides.reduce((most, side) => (margins[side] > margins[most] ? side : most));
  const message = findSizeFault(result, image);
  return message ? [{ pointer: `/${largest}`, message }] : [];
}

export const workflow = defineWorkflow({
  name: 'outpaint',
  version: 1,
  type: 'inpaint',
  title: { en: 'Extend a picture', 'zh-CN': '扩展画面' },
  description: {
    en: 'Draws on beyond the edges of a picture from a description with Stable Diffusion 1.5. The picture itself stays as it is.',
    'zh-CN': '使用 Stable Diffusion 1.5 按文字描述向外扩展画面，原图保持不变。',
  },
  engine: { of: 'outpaint', model: 'Stable Diffusion 1.5 Inpainting' },
  params: outpaintParams,
  graph,
  binding: {
    image: (edit, _uploadedName, { images, params }) => {
      const image = requireImage(images);
      const result = extendedSize(image, params);
      const drawn = drawingSize(result);
      edit.set('5.image', image.uploadedName);
      for (const node of ['7', '9'] as const) {
        edit.set(`${node}.width`, drawn.width);
        edit.set(`${node}.height`, drawn.height);
      }
      edit.set('16.width', result.width);
      edit.set('16.height', result.height);
      edit.set('17.width', image.width);
      edit.set('17.height', image.height);
      const soft = softEdge(image, params.feathering);
      for (const side of sides) edit.set(`18.${side}`, params[side] > 0 ? soft : 0);
    },
    prompt: '3.text',
    negativePrompt: '4.text',
    left: ['6.left', '19.x'],
    top: ['6.top', '19.y'],
    right: '6.right',
    bottom: '6.bottom',
    // Together with the image, whose size it needs.
    feathering: () => {},
    model: '1.ckpt_name',
    steps: '14.steps',
    cfg: '14.cfg',
    sampler: '14.sampler_name',
    scheduler: '14.scheduler',
    seed: '14.seed',
    count: '13.amount',
    loras: (edit, loras) => bindLoras(edit, '2', loras),
  },
  outputKind: 'image',
  example: {
    image: '01900000-0000-7000-8000-000000000000',
    prompt: 'a beach at sunset',
    right: 256,
  },
  workUnits: (params, images) =>
    (drawingMegapixels * params.steps + megapixels(extendedSize(requireImage(images), params))) *
    params.count,
  rates: { creditsPerUnit: 0.125, secondsPerUnit: 0.3, overheadSeconds: 3 },
  checkImages: (params, images) => checkSize(requireImage(images), params),
});
