import type { Workflow } from '@star-graph/workflows';
import {
  byPreference,
  findEngine,
  isOnlyNamed,
  listEngines,
  modelNameOf,
} from '@star-graph/workflows/engines';
import { filmEdit } from '@star-graph/workflows/filmEdit';
import type { EnginePreference } from '@star-graph/workflows/shared/liveSettings';
import { toPointedFaults } from '@star-graph/workflows/shared/pointer';
import { Problem } from '../../../ground/errors.ts';
import { unknownNamesProblem } from '../../../library/catalogue/availability.ts';
import { type Catalogue, unknownWorkflow } from '../../../library/catalogue/catalogue.ts';
import type { Access } from '../../../library/catalogue/models/access.ts';
import { engineModel, type ModelEntries } from '../../../library/catalogue/models/entryIndex.ts';
import { foldName } from '../../../library/catalogue/models/resolveNames.ts';
import { unknownName } from '../../../library/catalogue/unknownNames.ts';
import { givenNames } from './parseParams.ts';
import { requireAllowedWorkflow } from './requireModelAccess.ts';

interface EngineRequest {
  workflowName: string;
  /** The parameters as the person sent them. */
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
 * a file is for the workflow itself, or for the first engine whose form offers it where the workflow's own does not.
 * Without one it is the first engine by the operator's preference that
 * the pool can run, that has all parameters of the request, and that need not be named; if there is none, the workflow
 * itself, whose refusal explains. A value that the engine does not take is refused, not carried to another engine with another price. What
 * runs must be allowed to the person by its own name.
 * A hidden engine is none to people, and administrators have to name it.
 * @throws Problem `not-found`, `forbidden`, `invalid-params`.
 */
export async function chooseEngine(
  catalogue: Catalogue,
  { access, entries }: { access: Access; entries: Pick<ModelEntries, 'titleOf' | 'find'> },
  preference: EnginePreference,
  request: EngineRequest,
): Promise<ChosenEngine> {
  const asked = await catalogue.requireWorkflow(request.workflowName);
  if (asked === filmEdit) {
    requireAllowedWorkflow(access, asked);
    return { workflow: asked, params: request.params, calledModel: undefined };
  }
  const engines = listEngines(await catalogue.listOffered(), asked.name).filter(
    ({ engine }) => !engine || !access.isHidden(engineModel(engine)),
  );
  if (engines.length === 0) throw unknownWorkflow();
  const { model, ...others } = valuesOf(request.params);
  if (typeof model === 'string') {
    const named = findEngine(engines, model) ?? findTitled(engines, entries, model);
    if (named) {
      requireAllowedWorkflow(access, named);
      return { workflow: named, params: others, calledModel: modelNameOf(named) };
    }
    const workflow = await findOffering(catalogue, access, engines, model);
    if (!workflow && !engines.includes(asked))
      throw unknownNamesProblem([unknownName({ pointer: '/model' })]);
    requireAllowedWorkflow(access, workflow ?? asked);
    return { workflow: workflow ?? asked, params: request.params, calledModel: undefined };
  }
  const preferred = preferredFor(asked, preference);
  const candidates = byPreference(engines, preferred)
    .filter((workflow) => access.whyNotWorkflow(workflow) === undefined)
    // Administrators may name a hidden one, and get none unasked.
    .filter(
      (workflow) =>
        workflow === asked || !(isHiddenEngine(entries, workflow) || isOnlyNamed(workflow, preferred)),
    );
  const itself = candidates.find(({ name }) => name === asked.name) ?? candidates[0];
  if (!itself) {
    requireAllowedWorkflow(access, asked);
    // What is hidden is not run because the others have to be named.
    if (!engines.includes(asked)) throw unknownWorkflow();
  }
  const workflow =
    candidates.length > 1 ? await findFitting(catalogue, access, candidates, request.params) : undefined;
  return { workflow: workflow ?? itself ?? asked, params: request.params, calledModel: undefined };
}

/** @throws Problem `not-found`, `forbidden`. */
export async function chooseVersion(
  catalogue: Catalogue,
  access: Access,
  { workflowName, version, params }: EngineRequest & { version: number },
): Promise<ChosenEngine> {
  const workflow = await catalogue.requireWorkflow(workflowName, version);
  requireAllowedWorkflow(access, workflow);
  return { workflow, params, calledModel: undefined };
}

const isHiddenEngine = (entries: Pick<ModelEntries, 'find'>, { engine }: Workflow): boolean =>
  engine !== undefined && entries.find(engineModel(engine)).hidden === true;

/** The engine that operators gave this name; undefined where several have it. */
function findTitled(
  engines: readonly Workflow[],
  entries: Pick<ModelEntries, 'titleOf'>,
  model: string,
): Workflow | undefined {
  const wanted = foldName(model);
  const titled = engines.filter(
    ({ engine }) =>
      engine &&
      Object.values(entries.titleOf(engineModel(engine))).some((title) => foldName(title) === wanted),
  );
  return titled.length === 1 ? titled[0] : undefined;
}

/** The first of those allowed to the person whose form offers this file, by its name or its title. */
async function findOffering(
  catalogue: Catalogue,
  access: Access,
  engines: readonly Workflow[],
  model: string,
): Promise<Workflow | undefined> {
  for (const workflow of engines) {
    if (!Object.hasOwn(workflow.inventoryParams, 'model') || access.whyNotWorkflow(workflow) !== undefined)
      continue;
    const { model: file } = valuesOf(await catalogue.resolveNames(workflow, { model }));
    const files = (await catalogue.listOptions(workflow)).model ?? [];
    if (files.some((offered) => offered === file)) return workflow;
  }
  return undefined;
}

/** Object.hasOwn: a preference may be asked for any name. */
const preferredFor = ({ name }: Workflow, preference: EnginePreference): readonly string[] =>
  (Object.hasOwn(preference, name) ? preference[name] : undefined) ?? [];

const valuesOf = (raw: unknown): Record<string, unknown> =>
  typeof raw === 'object' && raw !== null ? { ...raw } : {};

async function findFitting(
  catalogue: Catalogue,
  access: Access,
  candidates: readonly Workflow[],
  raw: unknown,
): Promise<Workflow | undefined> {
  for (const workflow of candidates) {
    const resolved = await catalogue.resolveNames(workflow, raw);
    const parsed = workflow.params.safeParse(resolved);
    if (!parsed.success && parsed.error.issues.some(({ code }) => code === 'unrecognized_keys')) continue;
    const given = parsed.success ? givenNames(raw) : new Set<string>();
    const params = await catalogue.chooseModels(workflow, parsed.data ?? workflow.example, given);
    const isAllowed = workflow.models(params).every((model) => access.whyNotModel(model) === undefined);
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
  access: Access,
  { workflowName }: EngineRequest,
  { workflow: refused, params: raw }: ChosenEngine,
  problem: unknown,
): Promise<unknown> {
  if (!(problem instanceof Problem) || problem.code !== 'workflow-unavailable') return problem;
  const sentences: string[] = [];
  for (const workflow of listEngines(await catalogue.listOffered(), workflowName)) {
    if (workflow.name === refused.name || access.whyNotWorkflow(workflow) !== undefined) continue;
    if (workflow.engine && access.isHidden(engineModel(workflow.engine))) continue;
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
