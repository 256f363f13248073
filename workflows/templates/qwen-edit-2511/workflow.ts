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
import type { AskedSize } from '../../params/sizes.ts';
import type { BoundImage, InputImage, Workflow, WorkflowParams } from '../../workflow.ts';
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

interface Usual {
  steps: { fast: number; full: number };
  cfg: number;
}

const stepsFor = ({ fast, steps }: { fast: boolean; steps?: number | undefined }, usual: Usual): number =>
  steps ?? (fast ? usual.steps.fast : usual.steps.full);

type Sized = { params: AskedSize; images: Record<string, BoundImage> };

/** Where what every edit of the family asks for goes. */
export const qwenEditBinding = (usual: Usual) => ({
  image: (edit: GraphEditor<typeof graph>, _name: string, { images }: Sized) => {
    const image = requireFirst(images);
    const seen = seenSize(image, cell);
    edit.set('10.image', image.uploadedName);
    edit.set('11.width', seen.width);
    edit.set('11.height', seen.height);
  },
  width: (edit: GraphEditor<typeof graph>, _width: number | undefined, { params, images }: Sized) =>
    edit.set('18.width', editedSize(params, requireFirst(images), cell).width),
  height: (edit: GraphEditor<typeof graph>, _height: number | undefined, { params, images }: Sized) =>
    edit.set('18.height', editedSize(params, requireFirst(images), cell).height),
  fast: (edit: GraphEditor<typeof graph>, fast: boolean) => {
    edit.set('19.cfg', fast ? 1 : usual.cfg);
    if (!fast) edit.bypass('4', ['model']);
  },
  steps: (
    edit: GraphEditor<typeof graph>,
    _steps: number | undefined,
    { params }: { params: { fast: boolean; steps?: number | undefined } },
  ) => edit.set('19.steps', stepsFor(params, usual)),
  seed: '19.seed' as const,
  count: '18.batch_size' as const,
});

/** Megapixels × evaluations of an edit. */
export const qwenEditUnits = (
  params: WorkflowParams & AskedSize & { fast: boolean; steps?: number | undefined; count: number },
  images: Record<string, InputImage>,
  usual: Usual,
): number => {
  const result = editedSize(params, requireFirst(images), cell);
  const worked = editedMegapixels(result, countPictures(params));
  return worked * stepsFor(params, usual) * evaluationsFor(params.fast) * params.count;
};

export const checkQwenEdit = (params: WorkflowParams & AskedSize, images: Record<string, InputImage>) =>
  checkEdit(params, images, cell);

/** The edit by any model of the family: they differ in their files, their usual steps and how strongly they are guided. */
export function defineQwenEdit(own: Own, usual: Usual): Workflow {
  return defineWorkflow({
    ...own,
    version: 1,
    type: 'img2img',
    params: qwenEditParams(usual.steps),
    binding: {
      ...qwenEditBinding(usual),
      image2: (edit, name) => bindReference(edit, 'image2', name),
      image3: (edit, name) => bindReference(edit, 'image3', name),
      prompt: '14.prompt',
      negativePrompt: '15.prompt',
      loras: (edit, loras) => bindModelLoras(edit, '5', loras),
    },
    outputKind: 'image',
    example: {
      image: '01900000-0000-7000-8000-000000000000',
      prompt: 'make it winter',
    },
    workUnits: (params, images) => qwenEditUnits(params, images, usual),
    rates: qwenImageRates,
    checkImages: checkQwenEdit,
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
