import { Problem } from '@star-graph/core/ground/errors';
import type { Access } from '@star-graph/core/library/catalogue/models/access';
import type { PersonCaller } from '@star-graph/core/people/identity/caller';
import { type ChosenEngine, chooseEngine } from '@star-graph/core/work/tasks/accepting/chooseEngine';
import type { Workflow } from '@star-graph/workflows';
import { defaultModelAliases, type ModelAliases } from '@star-graph/workflows/shared/liveSettings';
import type { MediaKind } from '@star-graph/workflows/shared/mediaKinds';
import { accessOf } from '../routes/catalogue/accessOf.ts';
import type { DoorDeps } from './doorDeps.ts';
import { type FilmPart, filmPartOf, type Part, partOf } from './workflowParts.ts';

type Deps = Pick<DoorDeps, 'catalogue' | 'quotas' | 'settings'>;

/** What programs get that name no model. */
const namelessModel = 'gpt-image-1';

/** What programs ask films of, unless the operator says otherwise. */
const filmAliases: ModelAliases = {
  'sora-2': ['text2video', 'img2video'],
  'sora-2-pro': ['text2video', 'img2video'],
};

/**
 * The workflows behind the name of a model: those that the operator says, or the workflow of that name.
 * Object.hasOwn: a program may ask for any name.
 */
export function workflowNamesOf(aliases: ModelAliases, model: string | undefined): readonly string[] {
  if (model === undefined) return aliases[namelessModel] ?? defaultModelAliases[namelessModel] ?? [];
  const named = [aliases, filmAliases].find((names) => Object.hasOwn(names, model));
  return named?.[model] ?? [model];
}

/**
 * The workflow that answers for a model, engine and all.
 * @param params as they go to the workflow: they decide between engines.
 * @throws Problem `not-found` that points at `/model`, `forbidden`, `invalid-params`.
 */
export async function findModel(
  deps: Deps,
  caller: PersonCaller,
  asked: { model: string | undefined; part: Part | FilmPart; params: Record<string, unknown> },
): Promise<ChosenEngine> {
  const { ENGINES, MODEL_ALIASES } = await deps.settings.read();
  const [access, entries] = await Promise.all([accessOf(deps, caller), deps.catalogue.readEntries()]);
  const workflow = await findWorkflow(deps, access, MODEL_ALIASES, asked);
  const request = { workflowName: workflow.name, params: asked.params };
  return chooseEngine(deps.catalogue, { access, entries }, ENGINES, request);
}

async function findWorkflow(
  { catalogue }: Pick<Deps, 'catalogue'>,
  access: Access,
  aliases: ModelAliases,
  { model, part }: { model: string | undefined; part: Part | FilmPart },
): Promise<Workflow> {
  const names = workflowNamesOf(aliases, model);
  const offered = await catalogue.listOffered();
  const found = names.flatMap((name) => offered.find((workflow) => workflow.name === name) ?? []);
  const partIn = (workflow: Workflow) => partOf(workflow) ?? filmPartOf(workflow);
  const able = found.find((workflow) => partIn(workflow) === part);
  if (able) return able;
  const parts = found.flatMap((workflow) => partIn(workflow) ?? []);
  if (parts.length === 0) {
    const other = found.find((workflow) => access.whyNotWorkflow(workflow) === undefined);
    throw other ? otherModel(other) : unknownModel(model);
  }
  const detail = `The model ${model} cannot do this: ${sentences[part]} Choose another one.`;
  throw new Problem('invalid-params', detail, {
    errors: [{ pointer: '/model', message: sentences[part] }],
  });
}

const sentences: Record<Part | FilmPart, string> = {
  draw: 'It does not draw from words alone.',
  change: 'It does not change pictures.',
  redraw: 'It takes no mask.',
  film: 'It makes no film from words alone.',
  animate: 'It makes no film from a picture.',
};

/** Programs that draw have no place for what it makes or takes. */
function otherModel({ name, outputKind }: Workflow): Problem {
  const message = kindSentences[outputKind];
  return new Problem(
    'invalid-params',
    `The model ${name} cannot be asked here: ${message} Ask it at /api/v1/generate/${name} or by /mcp.`,
    { errors: [{ pointer: '/model', message }] },
  );
}

const kindSentences: Record<MediaKind, string> = {
  image: 'It takes more than words and pictures.',
  video: 'It takes more than words and one picture.',
  audio: 'It makes sounds.',
  text: 'It makes texts.',
  model3d: 'It makes 3D models.',
};

export const unknownModel = (model: string | undefined): Problem =>
  new Problem('not-found', `The model ${model ?? namelessModel} does not exist, or you may not use it.`, {
    errors: [{ pointer: '/model', message: 'There is no such model.' }],
  });
