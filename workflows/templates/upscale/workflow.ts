import { defineWorkflow } from '../../defineWorkflow.ts';
import { maxResultSide, maxUpscaledPixels, megapixels } from '../../params/sizes.ts';
import type { InputImage } from '../../workflow.ts';
import graph from './graph.json' with { type: 'json' };
import { upscaleParams } from './params.ts';

type Scale = 2 | 4;

const defaultModels: Record<Scale, string> = {
  2: 'RealESRGAN_x2plus.pth',
  4: 'RealESRGAN_x4plus.pth',
};

const minSide = 16;
const assumedModelScale = 4;

/**
 * The factor of an upscale model, from its file name: authors write `x4`, `4x` or `_x2_`, and ComfyUI's inventory
 * says nothing else. A wrong guess costs quality or time, never the exact size of the result.
 */
export function findModelScale(model: string): number {
  const match = /(?:^|[^a-z0-9])(?:x([248])|([248])x)/i.exec(model);
  return Number(match?.[1] ?? match?.[2] ?? assumedModelScale);
}

const passesFor = (model: string, scale: Scale): 1 | 2 => (findModelScale(model) < scale ? 2 : 1);

const modelFor = ({ model, scale }: { model?: string | undefined; scale: Scale }): string =>
  model ?? defaultModels[scale];

function checkSize(image: InputImage, model: string, scale: Scale): string | undefined {
  if (image.width < minSide || image.height < minSide) {
    return `The picture is ${image.width} × ${image.height} pixels; each side must be at least ${minSide}.`;
  }
  const [width, height] = [image.width * scale, image.height * scale];
  if (Math.max(width, height) > maxResultSide) {
    return `The result would be ${width} × ${height} pixels; a side may be at most ${maxResultSide}. Use a smaller picture or scale 2.`;
  }
  const enlargement = findModelScale(model) ** (2 * passesFor(model, scale));
  if (image.width * image.height * enlargement > maxUpscaledPixels) {
    const allowed = Math.floor(maxUpscaledPixels / enlargement / 100_000) / 10;
    return `The picture has ${megapixels(image).toFixed(1)} megapixels; with this scale and model it may have at most ${allowed}.`;
  }
  return undefined;
}

function resultOf(scale: Scale, { image }: Record<string, InputImage>): InputImage {
  if (!image) throw new Error('upscale enlarges an image');
  return { width: image.width * scale, height: image.height * scale };
}

export const workflow = defineWorkflow({
  name: 'upscale',
  version: 1,
  type: 'upscale',
  title: { en: 'Upscale', 'zh-CN': '图片放大' },
  description: {
    en: 'Enlarges a picture 2 or 4 times with a model that restores detail.',
    'zh-CN': '使用可恢复细节的模型将图片放大 2 倍或 4 倍。',
  },
  engine: { of: 'upscale', model: 'ESRGAN' },
  params: upscaleParams,
  graph,
  binding: {
    image: '1.image',
    model: (edit, _model, { params }) => edit.set('2.model_name', modelFor(params)),
    scale: (edit, scale, { params, images }) => {
      if (passesFor(modelFor(params), scale) === 1) edit.bypass('4', ['image']);
      const { width, height } = resultOf(scale, images);
      edit.set('5.width', width);
      edit.set('5.height', height);
    },
  },
  outputKind: 'image',
  example: { image: '01900000-0000-7000-8000-000000000000' },
  workUnits: (params, { image }) => {
    if (!image) throw new Error('upscale is priced by its image');
    const passes = passesFor(modelFor(params), params.scale);
    // The second pass works on the first one's result. The result of each pass costs too: scale 4 is never below
    // scale 2.
    const produced = megapixels(image) * params.scale ** 2;
    const processed = megapixels(image) * (passes === 2 ? 1 + findModelScale(modelFor(params)) ** 2 : 1);
    return Math.max(0.01, processed * 4 + produced);
  },
  makes: ({ scale }, images) => resultOf(scale, images),
  rates: { creditsPerUnit: 0.25, secondsPerUnit: 0.5, overheadSeconds: 2 },
  checkImages: (params, { image }) => {
    const message = image && checkSize(image, modelFor(params), params.scale);
    return message ? [{ pointer: '/image', message }] : [];
  },
});
