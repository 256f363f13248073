import { defineWorkflow } from '../../defineWorkflow.ts';
import { checkEdit, editedSize, editLimits, requireFirst, seenMegapixels } from '../../models/editing.ts';
import { zImageRates } from '../../models/zImage.ts';
import { bindCentre, checkAskedSize } from '../../params/askedSize.ts';
import { bindModelLoras } from '../../params/loras.ts';
import { megapixels } from '../../params/sizes.ts';
import graph from './graph.json' with { type: 'json' };
import { zImageControlParams } from './params.ts';

/** Z-Image has a cell for 16 × 16 pixels. */
const cell = 16;

/** The node that makes each map from a photo: all are ComfyUI's own. */
const mapMakers = { openpose: '18', canny: '15', depth: '21' } as const;

/** The ControlNet works beside a fifth of the model's layers. An assumption. */
const costOfControl = 1.25;

export const workflow = defineWorkflow({
  name: 'z-image-control',
  version: 1,
  type: 'pose',
  title: { en: 'Pose and shape (Z-Image Turbo)', 'zh-CN': '姿势与构图控制（Z-Image Turbo）' },
  description: {
    en: 'Draws a picture that follows the pose, edges or depth of a reference, in a few steps with Z-Image Turbo.',
    'zh-CN': '使用 Z-Image Turbo，几步即可按参考图的姿势、边缘或深度绘制图片。',
  },
  engine: { of: 'pose', model: 'Z-Image Turbo' },
  params: zImageControlParams,
  graph,
  binding: {
    image: (edit, _uploadedName, { params, images }) => {
      const image = requireFirst(images);
      edit.set('12.image', image.uploadedName);
      bindCentre(edit, '13', params, image);
    },
    control: (edit, control, { params: { reference } }) => {
      const kind = reference ?? (control === 'canny' ? 'photo' : 'map');
      if (kind === 'photo') edit.link('23.image', mapMakers[control], 0);
    },
    // Bound with `control`.
    reference: () => undefined,
    strength: '23.strength',
    prompt: '6.text',
    width: (edit, _width, { params, images }) => {
      const { width } = editedSize(params, requireFirst(images), cell);
      edit.set('8.width', width);
      edit.set('14.width', width);
    },
    height: (edit, _height, { params, images }) => {
      const { height } = editedSize(params, requireFirst(images), cell);
      edit.set('8.height', height);
      edit.set('14.height', height);
    },
    steps: '9.steps',
    seed: '9.seed',
    count: '8.batch_size',
    loras: (edit, loras) => bindModelLoras(edit, '4', loras),
  },
  outputKind: 'image',
  example: {
    image: '01900000-0000-7000-8000-000000000000',
    control: 'openpose',
    prompt: 'a dancer on a stage',
  },
  workUnits: (params, images) => {
    const followsPicture = params.width === undefined && params.height === undefined;
    const area = followsPicture ? seenMegapixels : megapixels(editedSize(params, requireFirst(images), cell));
    return area * params.steps * params.count * costOfControl;
  },
  rates: zImageRates,
  checkImages: (params, images) => {
    const faults = checkEdit(params, images, cell);
    if (faults.length > 0) return faults;
    const image = requireFirst(images);
    return checkAskedSize(params, image, { result: editedSize(params, image, cell), limits: editLimits });
  },
});
