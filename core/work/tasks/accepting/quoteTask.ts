import { type Lane, laneOf, type Workflow, type WorkflowParams } from '@star-graph/workflows';
import type { EnginePreference } from '@star-graph/workflows/shared/liveSettings';
import { priceAt } from '@star-graph/workflows/shared/priceAt';
import type { Database } from '../../../ground/db/connect.ts';
import type { TaskImage } from '../../../ground/db/models/task.ts';
import type { Role } from '../../../ground/db/models/user.ts';
import type { LiveSettings } from '../../../ground/settings/liveSettings.ts';
import type { Catalogue } from '../../../library/catalogue/catalogue.ts';
import { type Access, createAccess } from '../../../library/catalogue/models/access.ts';
import { type ModelEntries, percentsOf } from '../../../library/catalogue/models/entryIndex.ts';
import { priceAtEach } from '../../../money/credits/price.ts';
import type { ReadQuotas } from '../../../money/quotas/quotaReader.ts';
import type { QuotasInForce } from '../../../money/quotas/quotas.ts';
import { type ChosenEngine, chooseEngine, chooseVersion, explainEngines } from './chooseEngine.ts';
import { requireInputImages } from './inputImages.ts';
import { parseParams } from './parseParams.ts';
import { requireAllowedModels, requireAllowedWorkflow, requireVisible } from './requireModelAccess.ts';

const noneGiven: ReadonlySet<string> = new Set();

/** A request whose every value was checked and whose price is known; nothing has been written. */
export interface QuotedTask {
  /** The quotas of the person. */
  quotas: QuotasInForce;
  workflow: Workflow;
  params: WorkflowParams;
  seedGiven: boolean;
  images: Record<string, TaskImage>;
  /** Whole credits. */
  cost: number;
  lane: Lane;
  workUnits: number;
  /** GPU-seconds to expect on this pool. */
  estimateSeconds: number;
}

interface QuoteDeps {
  database: Database;
  catalogue: Catalogue;
  settings: Pick<LiveSettings, 'read'>;
  quotas: ReadQuotas;
}

export interface TaskRequest {
  userId: string;
  /** Of the person, as their credential gives it. */
  role: Role;
  workflowName: string;
  /** A certain one, on offer or not, instead of the one on offer or its engine: a try by an administrator. */
  version?: number;
  /** Runs this instead of one of the catalogue: who gives it has checked the params. */
  workflow?: Workflow;
  /** The parameters as the person sent them. */
  params: unknown;
  /** The price in percent of the platform's own; default 100. */
  pricePercent?: number;
}

/**
 * All checks that can refuse a request before its credits are checked. Quotes and acceptances both use it, so they
 * cannot disagree.
 * @throws Problem `forbidden` for a workflow or a model that the person may not use, `not-found` (workflow, picture), `invalid-params`, `unsupported-media`, `workflow-unavailable`,
 * `no-backend`.
 */
export async function quoteTask(deps: QuoteDeps, request: TaskRequest): Promise<QuotedTask> {
  const quotas = await deps.quotas(request);
  const { ENGINES, PRICE_PERCENT, MODEL_LICENCES } = await deps.settings.read();
  const entries = await deps.catalogue.readEntries();
  const access = createAccess({ quotas, role: request.role, entries, licences: MODEL_LICENCES });
  const chosen = await choose(deps.catalogue, { access, entries }, ENGINES, request);
  const { workflow } = chosen;
  const raw = await deps.catalogue.resolveNames(workflow, chosen.params);
  const { params: parsed, given, seedGiven } = parseParams(workflow, raw, chosen.calledModel);
  await requireVisible(access, workflow, parsed, () => unaskedModels(deps.catalogue, workflow, parsed));
  const params = await deps.catalogue.chooseModels(workflow, parsed, given);
  requireAllowedModels(access, workflow, params);
  const images = await requireInputImages(deps.database, request.userId, workflow, params);
  await requireRunnable(deps.catalogue, access, request, chosen, params);
  const ofModels = priceAtEach(workflow.price(params, images), percentsOf(entries, workflow, params));
  const price = priceAt(ofModels, PRICE_PERCENT);
  const estimateSeconds = await deps.catalogue.estimateSeconds(workflow, params, images);
  return {
    quotas,
    workflow,
    params,
    seedGiven,
    images,
    cost: priceAt(price, request.pricePercent ?? 100),
    lane: laneOf(estimateSeconds),
    workUnits: workflow.workUnits(params, images),
    estimateSeconds,
  };
}

async function choose(
  catalogue: Catalogue,
  rights: { access: Access; entries: ModelEntries },
  preference: EnginePreference,
  { workflow, version, ...request }: TaskRequest,
): Promise<ChosenEngine> {
  if (workflow) {
    requireAllowedWorkflow(rights.access, workflow);
    return { workflow, params: request.params, calledModel: undefined };
  }
  if (version !== undefined) return chooseVersion(catalogue, rights.access, { ...request, version });
  return chooseEngine(catalogue, rights, preference, request);
}

/** What the same request gets that names no model. */
const unaskedModels = (
  catalogue: Pick<Catalogue, 'chooseModels'>,
  workflow: Workflow,
  params: WorkflowParams,
): Promise<WorkflowParams> => {
  const own = Object.keys(workflow.inventoryParams).map((param) => [param, workflow.example[param]]);
  return catalogue.chooseModels(workflow, { ...params, ...Object.fromEntries(own) }, noneGiven);
};

async function requireRunnable(
  catalogue: Catalogue,
  access: Access,
  request: TaskRequest,
  chosen: ChosenEngine,
  params: WorkflowParams,
): Promise<void> {
  try {
    await catalogue.requireRunnable(chosen.workflow, params);
  } catch (error) {
    throw await explainEngines(catalogue, access, request, chosen, error);
  }
}
