import type { Workflow } from '@star-graph/workflows';
import { byPreference, findEngine, listEngines, modelNameOf } from '@star-graph/workflows/engines';
import type { EnginePreference } from '@star-graph/workflows/shared/liveSettings';
import { toPointedFaults } from '@star-graph/workflows/shared/pointer';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import { Problem } from '../../errors.ts';
import { isAllowedModel, isAllowedWorkflow, type QuotasInForce } from '../../roles/quotas.ts';
import { givenNames } from './parseParams.ts';
import { requireAllowedWorkflow } from './requireAllowed.ts';

type Allowed = Pick<QuotasInForce, 'workflows' | 'models'>;

interface EngineRequest {
  workflowName: string;
  /** As the person sent them. */
  params: unknown;
}

export interface ChosenEngine {
  /** What runs, if everything else is right. */
  workflow: Workflow;
  /** Without the name of an engine. */
  params: unknown;
  /** What the person called it; undefined: the platform chose. */
  calledModel: string | undefined;
}

/**
 * The workflow that a request runs: the one of that name, or an engine of it. A `model` that names an engine decides;
 * any other `model` is for the workflow itself. Without one it is the first engine by the operator's preference that
 * the pool can run and that takes all values; if there is none, the workflow itself, whose refusal explains. What
 * runs must be allowed to the person by its own name.
 * @throws Problem `not-found`, `forbidden`.
 */
export async function chooseEngine(
  catalogue: Catalogue,
  allowed: Allowed,
  preference: EnginePreference,
  request: EngineRequest,
): Promise<ChosenEngine> {
  const asked = await catalogue.requireWorkflow(request.workflowName);
  const engines = listEngines(await catalogue.listOffered(), asked.name);
  const { model, ...others } = valuesOf(request.params);
  if (typeof model === 'string') {
    const named = findEngine(engines, model);
    requireAllowedWorkflow(allowed, (named ?? asked).name);
    return named
      ? { workflow: named, params: others, calledModel: modelNameOf(named) }
      : { workflow: asked, params: request.params, calledModel: undefined };
  }
  const candidates = inOrder(engines, asked, preference).filter(({ name }) =>
    isAllowedWorkflow(allowed, name),
  );
  const itself = candidates.find(({ name }) => name === asked.name) ?? candidates[0];
  if (!itself) requireAllowedWorkflow(allowed, asked.name);
  const workflow =
    candidates.length > 1 ? await findFitting(catalogue, allowed, candidates, request.params) : undefined;
  return { workflow: workflow ?? itself ?? asked, params: request.params, calledModel: undefined };
}

/** Object.hasOwn: a preference may be asked for any name. */
const inOrder = (
  engines: readonly Workflow[],
  { name }: Workflow,
  preference: EnginePreference,
): Workflow[] =>
  byPreference(engines, (Object.hasOwn(preference, name) ? preference[name] : undefined) ?? []);

const valuesOf = (raw: unknown): Record<string, unknown> =>
  typeof raw === 'object' && raw !== null ? { ...raw } : {};

async function findFitting(
  catalogue: Catalogue,
  allowed: Allowed,
  candidates: readonly Workflow[],
  raw: unknown,
): Promise<Workflow | undefined> {
  for (const workflow of candidates) {
    const parsed = workflow.params.safeParse(raw);
    if (!parsed.success) continue;
    const params = await catalogue.chooseModels(workflow, parsed.data, givenNames(raw));
    const isAllowed = workflow.models(params).every((model) => isAllowedModel(allowed, model));
    if (isAllowed && (await catalogue.isRunnable(workflow, params))) return workflow;
  }
  return undefined;
}

/**
 * A refusal because the pool lacks something also names the engines that would run, with the values that keep them
 * from it.
 */
export async function explainEngines(
  catalogue: Catalogue,
  allowed: Allowed,
  { workflowName }: EngineRequest,
  { workflow: refused, params: raw }: ChosenEngine,
  problem: unknown,
): Promise<unknown> {
  if (!(problem instanceof Problem) || problem.code !== 'workflow-unavailable') return problem;
  const sentences: string[] = [];
  for (const workflow of listEngines(await catalogue.listOffered(), workflowName)) {
    if (workflow.name === refused.name || !isAllowedWorkflow(allowed, workflow.name)) continue;
    const example = await catalogue.chooseModels(workflow, workflow.example, new Set());
    if (!(await catalogue.isRunnable(workflow, example))) continue;
    const parsed = workflow.params.safeParse(raw);
    const names = parsed.success ? [] : toPointedFaults(parsed.error).map(({ pointer }) => pointer.slice(1));
    const without = names.length === 0 ? '' : `, but does not take these values of ${names.join(', ')}`;
    sentences.push(`${modelNameOf(workflow)} would run now${without}.`);
  }
  if (sentences.length === 0) return problem;
  const { errors, retryAfterSeconds, detail } = problem;
  return new Problem(problem.code, [detail, ...sentences].join(' '), {
    errors,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    cause: problem,
  });
}
