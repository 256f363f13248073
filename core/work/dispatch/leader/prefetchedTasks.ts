import type { Database } from '../../../ground/db/connect.ts';
import { Task } from '../../../ground/db/models/task.ts';
import type { Catalogue } from '../../../library/catalogue/catalogue.ts';
import type { OpenBackend, PrefetchedTask, ReadyTask } from '../planner/planInput.ts';
import { worthRecallingSeconds } from '../planner/recalls.ts';
import { findBackends, findFailedOn, residencyOf } from './taskNeeds.ts';

interface Deps {
  database: Database;
  catalogue: Pick<Catalogue, 'findWorkflow' | 'loadWorkflow' | 'backendsFor' | 'modelBytes'>;
}

/** Assigned tasks that wait long on their backends while another backend is idle; usually none. */
export async function listPrefetched(
  deps: Deps,
  backends: readonly OpenBackend[],
): Promise<PrefetchedTask[]> {
  const isAnyIdle = backends.some(({ freeSlots, isBusy }) => !isBusy && freeSlots.length > 0);
  if (!isAnyIdle) return [];
  const waiting = backends.flatMap(({ id, unbegun }) =>
    unbegun
      .filter(({ beginsAfterSeconds }) => beginsAfterSeconds >= worthRecallingSeconds)
      .map((one) => ({ ...one, backendId: id })),
  );
  if (waiting.length === 0) return [];
  const tasks = await describeAssigned(
    deps,
    waiting.map(({ taskId }) => taskId),
  );
  return waiting.flatMap(({ taskId, attempt, ...rest }) => {
    const task = tasks.get(taskId);
    return task?.attempt === attempt ? [{ ...rest, task }] : [];
  });
}

async function describeAssigned(
  { database, catalogue }: Deps,
  ids: readonly string[],
): Promise<Map<string, ReadyTask>> {
  const rows = await Task.query(database)
    .findByIds([...ids])
    .where({ status: 'assigned' });
  const failedOn = await findFailedOn(database, rows);
  const modelBytes = await catalogue.modelBytes();
  const described = new Map<string, ReadyTask>();
  for (const row of rows) {
    await catalogue.loadWorkflow(row.workflowName, row.workflowVersion);
    const { id, attempt, userId, lane, workflowName, workUnits, estimateSeconds } = row;
    described.set(id, {
      id,
      attempt,
      userId,
      lane,
      workflowName,
      workUnits,
      estimateSeconds,
      createdAtMs: row.createdAt.getTime(),
      runsOn: await findBackends(catalogue, row),
      failedOn: failedOn.get(id) ?? new Set(),
      residency: residencyOf(catalogue, row, modelBytes),
    });
  }
  return described;
}
