import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import type { FormSource } from '@star-graph/ui/form/createForm';
import { type FormDraft, fromParams } from '@star-graph/ui/form/formDraft';
import { language } from '@star-graph/ui/texts/language';
import type { FileSettings } from './pictures/fileSettings.ts';
import { chooseWorkflow } from './workflows/groupWorkflows.ts';

/** A form as it was when something was made. */
export interface Recalled {
  workflow: WorkflowView;
  draft: FormDraft;
}

/** What made it: a task, or what a file says of itself. */
export interface Made {
  workflow: { name: string };
  params: Readonly<Record<string, unknown>>;
}

/** Undefined: the workflow is not there any more. */
export function recallSettings(source: Omit<FormSource, 'workflow'>, made: Made): Recalled | undefined {
  const { listed } = source;
  const isKnown = listed.some(({ name }) => name === made.workflow.name);
  const workflow = isKnown ? chooseWorkflow(listed, made.workflow.name) : undefined;
  if (!workflow) return undefined;
  const engine = workflow.engines?.find((one) => one.workflow === made.workflow.name);
  // An engine's own name stands for its model; a file chosen with the workflow's own engine is kept.
  const isFile = made.workflow.name === workflow.name && typeof made.params.model === 'string';
  const params = engine && !isFile ? { ...made.params, model: engine.model } : made.params;
  return { workflow, draft: fromParams({ ...source, workflow }, params, language.value) };
}

type ForeignSettings = Exclude<FileSettings, { program: 'Star-Graph' }>;

/**
 * What another program says of a picture, as if it had been made here: in the form that draws from words, by the model
 * of that name. Without one the form keeps its own.
 */
export function asMade(
  { listed, models = [] }: Omit<FormSource, 'workflow'>,
  { params: { model: said, ...params } }: ForeignSettings,
): { made: Made; lacks: string | undefined } {
  const workflow = { name: chooseWorkflow(listed, 'text2img')?.name ?? 'text2img' };
  const wanted = typeof said === 'string' ? said : undefined;
  const model = models.find(
    ({ folder, name, title }) =>
      (folder === 'checkpoints' || folder === 'diffusion_models') &&
      [name, title.en].some((known) => foldName(known) === foldName(wanted ?? '')),
  );
  return {
    made: { workflow, params: model ? { ...params, model: model.name } : params },
    lacks: model ? undefined : wanted,
  };
}

/** Programs differ in endings, folders and signs. */
const foldName = (name: string): string =>
  name
    .replace(/^.*[\\/]/, '')
    .replace(/\.(safetensors|ckpt|gguf|pth?|sft)$/i, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');
