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
import { qwenImageRates } from '../../models/qwenImage.ts';
import { bindModelLoras } from '../../params/loras.ts';
import type { Workflow } from '../../workflow.ts';
import graph from './graph.json' with { type: 'json' };
import { qwenEdit2511Steps, qwenEditParams } from './params.ts';

/** Qwen-Image has a cell for 16 × 16 pixels. */
const cell = 16;

/** Without the LoRA for few steps, guidance draws each step with and without the prompt. */
const evaluationsFor = (fast: boolean): number => (fast ? 1 : 2);
/** Where each further picture is loaded, and where it enters beside both prompts. */
const references = {
  image2: { name: '12.image', enters: ['14.image2', '15.image2'] },
  image3: { name: '13.image', enters: ['14.image3', '15.image3'] },
} as const;

function bindReference(
  edit: GraphEditor<typeof graph>,
  reference: keyof typeof references,
  uploadedName: string | undefined,
): void {
  const { name, enters } = references[reference];
  if (uploadedName !== undefined) edit.set(name, uploadedName);
  else for (const path of enters) edit.unlink(path);
}

type Own = Pick<
  Parameters<typeof defineWorkflow<typeof graph, ReturnType<typeof qwenEditParams>>>[0],
  'name' | 'title' | 'description' | 'engine' | 'graph'
>;

/** The edit by any model of the family: they differ in their files, their usual steps and how strongly they are guided. */
export function defineQwenEdit(
  own: Own,
  usual: { steps: { fast: number; full: number }; cfg: number },
): Workflow {
  const stepsFor = ({ fast, steps }: { fast: boolean; steps?: number | undefined }): number =>
    steps ?? (fast ? usual.steps.fast : usual.steps.full);
  return defineWorkflow({
    ...own,
    version: 1,
    type: 'img2img',
    params: qwenEditParams(usual.steps),
    binding: {
      image: (edit, _name, { images }) => {
        const image = requireFirst(images);
        const seen = seenSize(image, cell);
        edit.set('10.image', image.uploadedName);
        edit.set('11.width', seen.width);
        edit.set('11.height', seen.height);
      },
      image2: (edit, name) => bindReference(edit, 'image2', name),
      image3: (edit, name) => bindReference(edit, 'image3', name),
      prompt: '14.prompt',
      negativePrompt: '15.prompt',
      width: (edit, _width, { params, images }) =>
        edit.set('18.width', editedSize(params, requireFirst(images), cell).width),
      height: (edit, _height, { params, images }) =>
        edit.set('18.height', editedSize(params, requireFirst(images), cell).height),
      fast: (edit, fast) => {
        edit.set('19.cfg', fast ? 1 : usual.cfg);
        if (!fast) edit.bypass('4', ['model']);
      },
      steps: (edit, _steps, { params }) => edit.set('19.steps', stepsFor(params)),
      seed: '19.seed',
      count: '18.batch_size',
      loras: (edit, loras) => bindModelLoras(edit, '5', loras),
    },
    outputKind: 'image',
    example: {
      image: '01900000-0000-7000-8000-000000000000',
      prompt: 'make it winter',
    },
    workUnits: (params, images) => {
      const result = editedSize(params, requireFirst(images), cell);
      const worked = editedMegapixels(result, countPictures(params));
      return worked * stepsFor(params) * evaluationsFor(params.fast) * params.count;
    },
    rates: qwenImageRates,
    checkImages: (params, images) => checkEdit(params, images, cell),
  });
}

export const workflow = defineQwenEdit(
  {
    name: 'qwen-edit-2511',
    title: { en: 'Edit pictures (Qwen-Image-Edit 2511)', 'zh-CN': '编辑图片（Qwen-Image-Edit 2511）' },
    description: {
      en: 'Changes a picture by an instruction, or combines up to three, with Qwen-Image-Edit 2511, which keeps people alike.',
      'zh-CN': '使用 Qwen-Image-Edit 2511，按指令修改一张图片，或组合最多三张图片，擅长保持人物样貌。',
    },
    engine: { of: 'img2img', model: 'Qwen-Image-Edit 2511' },
    graph,
  },
  { steps: qwenEdit2511Steps, cfg: 4 },
);
