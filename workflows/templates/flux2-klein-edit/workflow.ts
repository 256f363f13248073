import { defineWorkflow } from '../../defineWorkflow.ts';
import type { GraphEditor } from '../../graph/graphEditor.ts';
import {
  checkEdit,
  countPictures,
  editedMegapixels,
  editedSize,
  requireFirst,
  seenSize,
} from '../../models/editing.ts';
import { klein4Rates } from '../../models/flux.ts';
import { bindModelLoras } from '../../params/loras.ts';
import type { BoundImage, Workflow, WorkflowParams } from '../../workflow.ts';
import graph from './graph.json' with { type: 'json' };
import { flux2KleinEditParams } from './params.ts';

/** Flux.2 has a cell for 16 × 16 pixels. */
const cell = 16;

/** Where each picture enters, and the node that joins it to those before it. */
const references = {
  image: { name: '20.image', width: '21.width', height: '21.height', joined: '23' },
  image2: { name: '30.image', width: '31.width', height: '31.height', joined: '33' },
  image3: { name: '40.image', width: '41.width', height: '41.height', joined: '43' },
  image4: { name: '50.image', width: '51.width', height: '51.height', joined: '53' },
} as const;
type Reference = keyof typeof references;

function bindReference(
  edit: GraphEditor<typeof graph>,
  reference: Reference,
  { params, images }: { params: WorkflowParams; images: Record<string, BoundImage> },
): void {
  const nodes = references[reference];
  const image = params[reference] === undefined ? undefined : images[reference];
  if (!image) {
    edit.bypass(nodes.joined, ['conditioning']);
    return;
  }
  const { width, height } = seenSize(image, cell);
  edit.set(nodes.name, image.uploadedName);
  edit.set(nodes.width, width);
  edit.set(nodes.height, height);
}

type Own = Pick<
  Parameters<typeof defineWorkflow<typeof graph, typeof flux2KleinEditParams>>[0],
  'name' | 'title' | 'description' | 'engine' | 'graph' | 'rates'
>;

/** The edit by any model of the family: they differ in their files and in what a step takes. */
export const defineKleinEdit = (own: Own): Workflow =>
  defineWorkflow({
    ...own,
    version: 1,
    type: 'img2img',
    params: flux2KleinEditParams,
    binding: {
      image: (edit, _name, context) => bindReference(edit, 'image', context),
      image2: (edit, _name, context) => bindReference(edit, 'image2', context),
      image3: (edit, _name, context) => bindReference(edit, 'image3', context),
      image4: (edit, _name, context) => bindReference(edit, 'image4', context),
      prompt: '5.text',
      width: (edit, _width, { params, images }) => {
        const { width } = editedSize(params, requireFirst(images), cell);
        edit.set('9.width', width);
        edit.set('10.width', width);
      },
      height: (edit, _height, { params, images }) => {
        const { height } = editedSize(params, requireFirst(images), cell);
        edit.set('9.height', height);
        edit.set('10.height', height);
      },
      steps: '9.steps',
      seed: '7.noise_seed',
      count: '10.batch_size',
      loras: (edit, loras) => bindModelLoras(edit, '4', loras),
    },
    outputKind: 'image',
    example: {
      image: '01900000-0000-7000-8000-000000000000',
      prompt: 'make it winter',
    },
    workUnits: (params, images) => {
      const result = editedSize(params, requireFirst(images), cell);
      return editedMegapixels(result, countPictures(params)) * params.steps * params.count;
    },
    checkImages: (params, images) => checkEdit(params, images, cell),
  });

export const workflow = defineKleinEdit({
  name: 'flux2-klein-edit',
  title: { en: 'Edit pictures (Flux.2 Klein)', 'zh-CN': '编辑图片（Flux.2 Klein）' },
  description: {
    en: 'Changes a picture by an instruction, or combines up to four, in four steps with Flux.2 Klein 4B.',
    'zh-CN': '使用 Flux.2 Klein 4B，四步即可按指令修改一张图片，或组合最多四张图片。',
  },
  engine: { of: 'img2img', model: 'Flux.2 Klein 4B' },
  graph,
  rates: klein4Rates,
});
