import type { Workflow, WorkflowParams } from '@star-graph/workflows';
import { findModelFolder } from '@star-graph/workflows/models/loaders';
import { findFile } from '@star-graph/workflows/models/modelFiles';
import { isNothingMissing, type Missing, presentMissing } from '@star-graph/workflows/models/requirements';
import { describeParams } from '@star-graph/workflows/params/paramsMeta';
import type { PointedFault } from '@star-graph/workflows/shared/pointer';
import { Problem } from '../../ground/errors.ts';
import { type Capability, choicesOf } from './capability.ts';
import type { Comparison } from './comparison.ts';
import { leastCostOf } from './leastCost.ts';
import type { ModelChoice } from './modelChoice.ts';
import { type PoolView, ready, usable } from './poolView.ts';
import { type ModelFiles, unfitSentence } from './unfitSentence.ts';
import { unknownNames } from './unknownNames.ts';

export interface WorkflowAvailability {
  workflow: Workflow;
  /**
   * The workflow's example with model files of the pool, as its servers name them: what a request with only the
   * required parameters runs.
   */
  example: WorkflowParams;
  /** Whether a request with only the required parameters is accepted, with at least one of the possible choices. */
  available: boolean;
  /** Accepted although no fitting backend answers now: one is expected back. */
  isWaiting: boolean;
  /** The least that a request costs, before what changes all prices. */
  leastCost: number;
  /** As measured on this pool, for a unit of its work; undefined until some ran. */
  secondsPerUnit: number | undefined;
  /** The best backend's lacks for the choices that cannot run, in words; empty without any backend. */
  missing: readonly string[];
}

const noneGiven: ReadonlySet<string> = new Set();

export function describeAvailability(
  { compare, choose }: { compare: Comparison; choose: ModelChoice },
  view: PoolView,
  workflow: Workflow,
): WorkflowAvailability {
  const examples = listExamples(choose, view, workflow);
  const lacksOn = (capabilities: readonly Capability[]) =>
    examples.map((params) => leastMissing(compare, capabilities, workflow, params));
  const runnableBy = (lacks: readonly (Missing | undefined)[]) =>
    examples.find((_, at) => {
      const missing = lacks[at];
      return missing !== undefined && isNothingMissing(missing);
    });
  const lacks = lacksOn(usable(view));
  const runnable = runnableBy(lacks);
  const example = namedAsListed(usable(view), workflow, examples[0] ?? workflow.example);
  return {
    workflow,
    example,
    leastCost: leastCostOf(
      view,
      workflow,
      runnable ?? example,
      (params) => runnable === undefined || isRunnable(compare, view, workflow, params),
    ),
    secondsPerUnit: view.secondsPerUnit.get(workflow.name),
    available: runnable !== undefined,
    isWaiting: runnable !== undefined && runnableBy(lacksOn(ready(view))) === undefined,
    missing: [...new Set(lacks.flatMap((missing) => (missing ? presentMissing(missing) : [])))],
  };
}

/** A file may be in a sub-folder or of another precision; a form's default is one of the names that it lists. */
function namedAsListed(
  capabilities: readonly Capability[],
  { inventoryParams }: Workflow,
  params: WorkflowParams,
): WorkflowParams {
  const listed = Object.entries(inventoryParams).flatMap(([param, place]) => {
    const [folder, name] = [findModelFolder(place.classType, place.input), params[param]];
    if (place.property !== undefined || folder === undefined || typeof name !== 'string') return [];
    const names = [...new Set(capabilities)].flatMap((capability) => {
      const found = findFile(choicesOf(capability, place) ?? [], folder, name, capability.fileNames);
      return found === undefined ? [] : [found];
    });
    return names.length === 0 || names.includes(name) ? [] : [[param, names.sort()[0]] as const];
  });
  return { ...params, ...Object.fromEntries(listed) };
}

/** The workflow's own example, and one for each other value of a required choice, with models of the pool. */
export function listExamples(choose: ModelChoice, view: PoolView, workflow: Workflow): WorkflowParams[] {
  const { params, example } = workflow;
  const { required, properties = {} } = describeParams(params);
  const choices = (Array.isArray(required) ? required : []).flatMap((param: string) => {
    const values = properties[param]?.enum;
    return Array.isArray(values) ? values.map((value: unknown) => ({ param, value })) : [];
  });
  const others = choices.flatMap(({ param, value }) => {
    if (example[param] === value) return [];
    const parsed = params.safeParse({ ...example, [param]: value });
    return parsed.success ? [parsed.data] : [];
  });
  return [example, ...others].map((one) => choose(view, workflow, one, noneGiven));
}

/** The lacks of the backend with the fewest; undefined without a backend. */
function leastMissing(
  compare: Comparison,
  capabilities: readonly Capability[],
  workflow: Workflow,
  params: WorkflowParams,
): Missing | undefined {
  const size = (missing: Missing) => presentMissing(missing).length;
  return [...new Set(capabilities)]
    .map((capability) => compare(capability, workflow, params))
    .sort((a, b) => size(a) - size(b))[0];
}

/**
 * What the whole pool lacks for a request, in words: the lacks of the best backend, up or not. Undefined if one has
 * everything, marks aside, or if nothing is known of any.
 */
export function findLacks(
  compare: Comparison,
  { backends }: PoolView,
  workflow: Workflow,
  params: WorkflowParams,
): readonly string[] | undefined {
  const capabilities = backends.flatMap(({ capability }) => capability ?? []);
  const lacks = capabilities.map((it) => ({ ...compare(it, workflow, params), unfit: [] }));
  if (lacks.some(isNothingMissing)) return undefined;
  return lacks.map(presentMissing).sort((a, b) => a.length - b.length)[0];
}

/**
 * Of the lacks of several backends: the marked files because of which no backend can run it although one has
 * everything.
 */
export function findUnfit(lacks: readonly Missing[]): ModelFiles | undefined {
  if (lacks.some(isNothingMissing)) return undefined;
  const [unfit] = lacks.filter((missing) => isNothingMissing({ ...missing, unfit: [] }));
  return unfit?.unfit[0];
}

export const unknownNamesProblem = (errors: readonly PointedFault[]): Problem =>
  new Problem(
    'invalid-params',
    'Some names are not known to any GPU server. Choose names from the lists of GET /api/v1/workflows.',
    { errors },
  );

/** Whether `requireRunnable` lets it pass. */
export function isRunnable(
  compare: Comparison,
  view: PoolView,
  workflow: Workflow,
  params: WorkflowParams,
): boolean {
  const missing = leastMissing(compare, usable(view), workflow, params);
  return missing !== undefined && isNothingMissing(missing);
}

export function requireRunnable(
  compare: Comparison,
  view: PoolView,
  workflow: Workflow,
  params: WorkflowParams,
): void {
  const capabilities = usable(view);
  const missing = leastMissing(compare, capabilities, workflow, params);
  if (!missing)
    throw new Problem('no-backend', 'No GPU server is ready at the moment. Try again in half a minute.', {
      retryAfterSeconds: 30,
    });
  if (isNothingMissing(missing)) return;
  const unfit = findUnfit(capabilities.map((it) => compare(it, workflow, params)));
  if (unfit) throw new Problem('model-unusable', unfitSentence(unfit));
  const errors = unknownNames(capabilities, workflow, params);
  if (errors.length > 0) throw unknownNamesProblem(errors);
  throw new Problem(
    'workflow-unavailable',
    `No GPU server can run this at the moment: it would need ${presentMissing(missing).join(', ')}. Choose other values, or ask the operator to install what is missing.`,
    { retryAfterSeconds: 60 },
  );
}
