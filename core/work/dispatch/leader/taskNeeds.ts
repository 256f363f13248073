import type { Workflow } from '@star-graph/workflows';
import type { Database } from '../../../ground/db/connect.ts';
import { Attempt } from '../../../ground/db/models/backend.ts';
import type { Task } from '../../../ground/db/models/task.ts';
import type { Catalogue } from '../../../library/catalogue/catalogue.ts';
import type { ModelBytes } from '../../../library/catalogue/modelBytes.ts';
import { isReadable } from '../../../library/catalogue/namedChoices.ts';
import { createResidency, type Residency } from '../planner/residency.ts';

/** The facts about a task's parameters that the planner needs. */
type Parameters = Pick<Task, 'workflowName' | 'workflowVersion' | 'params'>;

/** Undefined where this program lacks its version, and where that cannot read its params. */
function findReader(
  catalogue: Pick<Catalogue, 'findWorkflow'>,
  { workflowName, workflowVersion, params }: Parameters,
): Workflow | undefined {
  const workflow = catalogue.findWorkflow(workflowName, workflowVersion);
  return workflow && isReadable(workflow, params) ? workflow : undefined;
}

/** The backends that have everything the task needs. One that no workflow here can read runs on none. */
export async function findBackends(
  catalogue: Pick<Catalogue, 'findWorkflow' | 'backendsFor'>,
  task: Parameters,
): Promise<ReadonlySet<string>> {
  const workflow = findReader(catalogue, task);
  return workflow ? catalogue.backendsFor(workflow, task.params) : new Set();
}

/** The models that the task leaves loaded. */
export function residencyOf(
  catalogue: Pick<Catalogue, 'findWorkflow'>,
  task: Parameters,
  modelBytes: ModelBytes,
): Residency {
  const workflow = findReader(catalogue, task);
  const models = workflow?.models(task.params) ?? [];
  return createResidency(
    models.map(({ folder, name }) => `${folder}/${name}`),
    modelBytes,
  );
}

/**
 * The backends on which an attempt failed, by task. A recalled attempt did not fail; one that had begun before the
 * recall ended by itself.
 */
export async function findFailedOn(
  database: Database,
  tasks: readonly Pick<Task, 'id' | 'attempt'>[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const tried = tasks.filter(({ attempt }) => attempt > 0).map(({ id }) => id);
  const failedOn = new Map<string, Set<string>>();
  if (tried.length === 0) return failedOn;
  const faults = await Attempt.query(database)
    .select('taskId', 'backendId')
    .whereIn('taskId', tried)
    .whereNotNull('fault')
    .where((either) => either.whereNull('recalledAt').orWhereNotNull('startedAt'));
  for (const { taskId, backendId } of faults)
    failedOn.set(taskId, (failedOn.get(taskId) ?? new Set()).add(backendId));
  return failedOn;
}
