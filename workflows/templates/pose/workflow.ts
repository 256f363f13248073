import { defineWorkflow } from '../../defineWorkflow.ts';
import { drawnMegapixels, drawnSize } from '../../models/stableDiffusion15.ts';
import { bindCentre, checkAskedSize } from '../../params/askedSize.ts';
import { bindLoras } from '../../params/loras.ts';
import type { InputImage } from '../../workflow.ts';
import graph from './graph.json' with { type: 'json' };
import { poseLimits, poseParams } from './params.ts';

/** The file of each ControlNet, and the node that makes its map from a photo. */
const controls = {
  openpose: { model: 'control_v11p_sd15_openpose_fp16.safetensors', preprocessor: '8' },
  canny: { model: 'control_v11p_sd15_canny_fp16.safetensors', preprocessor: '7' },
  depth: { model: 'control_v11f1p_sd15_depth_fp16.safetensors', preprocessor: '9' },
} as const;

function requireImage<I extends InputImage>({ image }: Record<string, I>): I {
  if (!image) throw new Error('pose needs its image to be bound and priced');
  return image;
}

export const workflow = defineWorkflow({
  name: 'pose',
  version: 3,
  type: 'pose',
  title: { en: 'Pose and shape', 'zh-CN': '姿势与构图控制' },
  description: {
    en: 'Draws a picture that follows the pose, edges or depth of a reference, with Stable Diffusion 1.5 and ControlNet.',
    'zh-CN': '使用 Stable Diffusion 1.5 与 ControlNet，按参考图的姿势、边缘或深度绘制图片。',
  },
  engine: { of: 'pose', model: 'Stable Diffusion 1.5' },
  params: poseParams,
  graph,
  binding: {
    image: (edit, _uploadedName, { params, images }) => {
      const image = requireImage(images);
      edit.set('5.image', image.uploadedName);
      bindCentre(edit, '16', params, image);
    },
    control: (edit, control) => edit.set('10.control_net_name', controls[control].model),
    reference: (edit, reference, { params: { control } }) => {
      // Canny is a node of ComfyUI itself; the others need preprocessor nodes that many servers lack.
      const kind = reference ?? (control === 'canny' ? 'photo' : 'map');
      if (kind === 'photo') edit.link('11.image', controls[control].preprocessor, 0);
    },
    strength: '11.strength',
    controlStart: '11.start_percent',
    controlEnd: '11.end_percent',
    prompt: '3.text',
    negativePrompt: '4.text',
    model: '1.ckpt_name',
    width: (edit, _width, { params, images }) => {
      const { width } = drawnSize(params, requireImage(images));
      edit.set('6.width', width);
      edit.set('12.width', width);
    },
    height: (edit, _height, { params, images }) => {
      const { height } = drawnSize(params, requireImage(images));
      edit.set('6.height', height);
      edit.set('12.height', height);
    },
    steps: '13.steps',
    cfg: '13.cfg',
    sampler: '13.sampler_name',
    scheduler: '13.scheduler',
    seed: '13.seed',
    count: '12.batch_size',
    loras: (edit, loras) => bindLoras(edit, '2', loras),
  },
  outputKind: 'image',
  example: {
    image: '01900000-0000-7000-8000-000000000000',
    control: 'openpose',
    prompt: 'a dancer on a stage',
  },
  // A ControlNet runs beside the model in every step, at about half its cost.
  workUnits: (params, images) =>
    drawnMegapixels(params, requireImage(images)) * params.steps * params.count * 1.5,
  rates: { creditsPerUnit: 0.125, secondsPerUnit: 0.3, overheadSeconds: 4 },
  checkImages: (params, images) => {
    const image = requireImage(images);
    const sizes = { result: drawnSize(params, image), limits: poseLimits };
    return checkAskedSize(params, image, sizes);
  },
});
