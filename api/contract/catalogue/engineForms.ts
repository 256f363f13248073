import type { ParamSchema } from '@star-graph/workflows/params/paramsMeta';
import { tuning } from '@star-graph/workflows/translation/tuning';
import type { EngineView, WorkflowView } from './workflows.ts';

const fold = (text: string): string => text.trim().toLowerCase();

/** The engine that a value of `model` means; undefined: it is a file, or the workflow has no engines. */
export function findEngineView({ engines = [] }: WorkflowView, model: unknown): EngineView | undefined {
  if (typeof model !== 'string') return undefined;
  const wanted = fold(model);
  return engines.find((engine) => fold(engine.workflow) === wanted || fold(engine.model) === wanted);
}

/** The form of one engine of a listed workflow. */
const formOf = (listed: readonly WorkflowView[], view: WorkflowView, engine: EngineView) => ({
  ...view,
  ...(listed.find(({ name }) => name === engine.workflow) ?? {}),
  params: engine.params ?? listed.find(({ name }) => name === engine.workflow)?.params ?? view.params,
});

const offersFile = ({ params }: WorkflowView, file: string): boolean =>
  (params as ParamSchema).properties?.model?.enum?.includes(file) === true;

/**
 * The workflow that such a request runs as far as the list tells, with its own form: the named engine; for a file the
 * workflow itself, or the first engine whose form lists it where the workflow's own does not; or the first available
 * engine that has all of these parameters.
 */
export function describeRequest(
  listed: readonly WorkflowView[],
  view: WorkflowView,
  params: Readonly<Record<string, unknown>>,
): WorkflowView {
  const { engines = [] } = view;
  const itself = engines.find(({ workflow }) => workflow === view.name);
  if (!itself) return view;
  const own = formOf(listed, view, itself);
  const { model } = params;
  if (typeof model === 'string') {
    const named = findEngineView(view, model);
    if (named) return formOf(listed, view, named);
    const others = engines.filter((engine) => engine !== itself).map((it) => formOf(listed, view, it));
    return [own, ...others].find((form) => offersFile(form, model)) ?? own;
  }
  const given = Object.keys(params).filter((param) => params[param] !== undefined);
  const forms = engines.filter(({ available }) => available).map((engine) => formOf(listed, view, engine));
  const takes = ({ params: { properties = {} } }: WorkflowView) =>
    given.every((param) => Object.hasOwn(properties as object, param));
  return forms.find(takes) ?? own;
}

/** Whether values of the parameter suit one model alone, so that another one starts with its own. */
export const isTuning = (param: string): boolean => tuning.has(param);
