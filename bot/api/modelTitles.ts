import type { ApiClient } from '@star-graph/client/client';
import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import { readableName } from '@star-graph/workflows/models/readableName';
import type { ParamSchema } from '@star-graph/workflows/params/paramsMeta';
import type { Logger } from 'pino';
import { findInTime } from '../interaction/withTimeout.ts';
import type { Locale } from '../replies/texts/locale.ts';
import type { CatalogueCache } from './catalogueCache.ts';

/** The names of the models that a task used, as people read them. */
export type ModelTitles = (task: Pick<TaskView, 'workflow' | 'params'>) => string[];

const filesOf = ({ params }: Pick<TaskView, 'params'>): string[] =>
  [params.model, params.videoModel].filter((name) => typeof name === 'string');

/** The titles that the names of the files give; used where the API's titles are not known. */
export const titlesOfFiles: ModelTitles = (task) => filesOf(task).map(readableName);

/** A result does not wait until the names of its models are known. */
const withinMs = 1_500;

export interface TitleDeps {
  catalogue: CatalogueCache;
  clock: Clock;
  log: Logger;
}

/** As operators call them, where the catalogue is there in time. */
export async function findModelTitles(
  { catalogue, clock, log }: TitleDeps,
  client: ApiClient,
  locale: Locale,
): Promise<ModelTitles> {
  const reading = Promise.all([catalogue.listModels(client), catalogue.listWorkflows(client)]);
  const known = await findInTime(clock, reading, withinMs).catch((err: unknown) => {
    log.info({ err }, 'models are shown by the names of their files');
    return undefined;
  });
  if (!known) return titlesOfFiles;
  const [models, workflows] = known;
  const titles = new Map(models.map(({ name, title }) => [name, title[locale]]));
  return (task) => {
    const named = filesOf(task).map((file) => titles.get(file) ?? readableName(file));
    const engine = findEngineTitle(workflows, task.workflow.name, locale);
    if (named.length > 0) return [...named, ...unsaidFilmModel(workflows, task)];
    // A workflow of one model alone stands for itself.
    const title = engine ?? workflows.find(({ name }) => name === task.workflow.name)?.title[locale];
    return title === undefined ? [] : [title];
  };
}

/** A film from words names its picture's model; what makes it move is the workflow's own where nobody chose another. */
function unsaidFilmModel(
  workflows: readonly WorkflowView[],
  { workflow: { name }, params }: Parameters<ModelTitles>[0],
): string[] {
  const { engines = [] } = workflows.find((workflow) => workflow.name === name) ?? {};
  const own = engines.find(({ workflow }) => workflow === name);
  const takesTwo = typeof params.videoSteps === 'number' && params.videoModel === undefined;
  return own && takesTwo ? [own.model] : [];
}

/** Whether a GPU server runs this workflow; undefined where the catalogue does not come in time. */
export async function runsNow(
  { catalogue, clock, log }: TitleDeps,
  client: ApiClient,
  workflow: string,
): Promise<boolean | undefined> {
  const known = await findInTime(clock, catalogue.listWorkflows(client), withinMs).catch((err: unknown) => {
    log.info({ err }, 'it is not known what GPU servers run');
    return undefined;
  });
  return known?.some(({ name, available }) => name === workflow && available);
}

/** Whether the console opens in Discord, as far as the API says so in time. */
export async function opensInDiscord(
  { catalogue, clock, log }: TitleDeps,
  client: ApiClient,
): Promise<boolean> {
  const known = await findInTime(clock, catalogue.opensInDiscord(client), withinMs).catch((err: unknown) => {
    log.info({ err }, 'it is not known whether the console opens in Discord');
    return undefined;
  });
  return known ?? false;
}

/** Of an engine, whose files nobody chooses. The workflow that it stands for lists the names of its engines. */
function findEngineTitle(
  workflows: readonly WorkflowView[],
  name: string,
  locale: Locale,
): string | undefined {
  const { engineOf, model } = workflows.find((workflow) => workflow.name === name) ?? {};
  if (engineOf === undefined || model === undefined) return undefined;
  const { properties } = (workflows.find((workflow) => workflow.name === engineOf)?.params ??
    {}) as ParamSchema;
  return properties?.model?.['x-names']?.[model]?.[locale] ?? model;
}
