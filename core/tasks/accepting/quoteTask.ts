import { type Lane, laneOf, type Workflow, type WorkflowParams } from '@star-graph/workflows';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import { priceAt } from '../../credits/price.ts';
import type { Database } from '../../db/connect.ts';
import type { TaskImage } from '../../db/models/task.ts';
import type { Role } from '../../db/models/user.ts';
import type { ReadQuotas } from '../../roles/quotaReader.ts';
import type { QuotasInForce } from '../../roles/quotas.ts';
import type { LiveSettings } from '../../settings/liveSettings.ts';
import { type ChosenEngine, chooseEngine, explainEngines } from './chooseEngine.ts';
import { requireInputImages } from './inputImages.ts';
import { parseParams } from './parseParams.ts';
import { requireAllowedModels } from './requireAllowed.ts';

/** A request whose every value was checked and whose price is known; nothing has been written. */
export interface QuotedTask {
  /** Of the person. */
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

export interface QuoteDeps {
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
  /** As the person sent them. */
  params: unknown;
  /** Of the platform's price; default 100. */
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
  const { ENGINES, PRICE_PERCENT } = await deps.settings.read();
  const chosen = await chooseEngine(deps.catalogue, quotas, ENGINES, request);
  const { workflow } = chosen;
  const { params: parsed, given, seedGiven } = parseParams(workflow, chosen.params, chosen.calledModel);
  const params = await deps.catalogue.chooseModels(workflow, parsed, given);
  requireAllowedModels(quotas, workflow, params);
  const images = await requireInputImages(deps.database, request.userId, workflow, params);
  await requireRunnable(deps.catalogue, quotas, request, chosen, params);
  const price = priceAt(workflow.price(params, images), PRICE_PERCENT);
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

async function requireRunnable(
  catalogue: Catalogue,
  quotas: QuotasInForce,
  request: TaskRequest,
  chosen: ChosenEngine,
  params: WorkflowParams,
): Promise<void> {
  try {
    await catalogue.requireRunnable(chosen.workflow, params);
  } catch (error) {
    throw await explainEngines(catalogue, quotas, request, chosen, error);
  }
}
