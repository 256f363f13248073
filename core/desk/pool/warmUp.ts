import { isDeepStrictEqual } from 'node:util';
import type { Workflow, WorkflowParams } from '@star-graph/workflows';
import { filesOf } from '@star-graph/workflows/params/inputFacts';
import { smallestParams } from '@star-graph/workflows/params/smallestParams';
import { type Actor, recordAct } from '../../ground/audit.ts';
import { type Database, inTransaction } from '../../ground/db/connect.ts';
import { WarmUp } from '../../ground/db/models/warmUp.ts';
import { Problem } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { newId } from '../../ground/runtime/ids.ts';
import type { Catalogue } from '../../library/catalogue/catalogue.ts';
import { parseParams } from '../../work/tasks/accepting/parseParams.ts';
import { type BackendWithSlots, requireBackend } from './backends.ts';

interface Deps {
  database: Database;
  clock: Clock;
  catalogue: Pick<Catalogue, 'requireWorkflow' | 'chooseModels' | 'backendsFor'>;
}

interface WarmUpRequest {
  workflow: string;
  /** As of a task; only those that choose models matter. */
  params: WorkflowParams;
}

/**
 * Asks the owner of a backend to load the models of a workflow as soon as the backend has nothing else to do: see
 * `WarmUpState`. A request that waits already is replaced by another one, and an equal one changes nothing.
 * @throws Problem `not-found`; `invalid-params` also if this backend lacks something; `unavailable` while another
 * warm-up runs there.
 */
export async function requestWarmUp(
  deps: Deps,
  actor: Actor,
  backendId: string,
  request: WarmUpRequest,
): Promise<BackendWithSlots> {
  await requireBackend(deps.database, backendId);
  const workflow = await deps.catalogue.requireWorkflow(request.workflow);
  const params = await chooseParams(deps, workflow, request.params);
  if (!(await deps.catalogue.backendsFor(workflow, params)).has(backendId)) throw lacking();
  const models = workflow.models(params).map(({ folder, name }) => `${folder}/${name}`);
  const wanted = { workflowName: workflow.name, workflowVersion: workflow.version, models };
  await inTransaction(deps.database, async (trx) => {
    const known = await WarmUp.query(trx).findById(backendId).forUpdate();
    const isOpen = known?.state === 'waiting' || known?.state === 'posted';
    if (known && isOpen && isDeepStrictEqual({ ...wanted }, pickWanted(known))) return;
    if (known?.state === 'posted') throw busy();
    const before = known && isOpen ? pickWanted(known) : null;
    const row = { ...wanted, requestId: newId(), state: 'waiting' as const, since: deps.clock.now(), params };
    const fresh = { ...row, promptId: null, lost: 0, fault: null };
    if (known) await known.$query(trx).patch(fresh);
    else await WarmUp.query(trx).insert({ backendId, ...fresh });
    const act = { actor, action: 'backend.warm-up' as const, target: `backend:${backendId}` };
    await recordAct(deps, trx, {
      ...act,
      data: { before, after: wanted },
    });
  });
  return requireBackend(deps.database, backendId);
}

/** Calls off what has not begun. One that runs ends by itself. @throws Problem `not-found`. */
export async function cancelWarmUp(deps: Deps, actor: Actor, backendId: string): Promise<BackendWithSlots> {
  await requireBackend(deps.database, backendId);
  await inTransaction(deps.database, async (trx) => {
    const known = await WarmUp.query(trx).findById(backendId).where({ state: 'waiting' }).forUpdate();
    if (!known) return;
    await known.$query(trx).delete();
    const act = { actor, action: 'backend.cancel-warm-up' as const, target: `backend:${backendId}` };
    await recordAct(deps, trx, { ...act, data: { before: pickWanted(known), after: null } });
  });
  return requireBackend(deps.database, backendId);
}

const pickWanted = ({ workflowName, workflowVersion, models }: WarmUp) => ({
  workflowName,
  workflowVersion,
  models,
});

async function chooseParams(
  { catalogue }: Deps,
  workflow: Workflow,
  asked: WorkflowParams,
): Promise<WorkflowParams> {
  const pictures = new Set(filesOf(workflow));
  const given = Object.fromEntries(Object.entries(asked).filter(([name]) => !pictures.has(name)));
  const parsed = parseParams(workflow, { ...workflow.example, ...given });
  const names = new Set(Object.keys(given));
  return smallestParams(workflow, await catalogue.chooseModels(workflow, parsed.params, names), names);
}

const lacking = () =>
  new Problem('invalid-params', 'This GPU server lacks something that the workflow needs. See the errors.', {
    errors: [
      {
        pointer: '/workflow',
        message: 'The server lacks its model files or node classes. GET /api/v1/models lists what there is.',
      },
    ],
  });

const busy = () =>
  new Problem('unavailable', 'Another warm-up runs on this GPU server. Try again when it is over.');
