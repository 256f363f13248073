import { builtinWorkflows } from '@star-graph/workflows';
import { fullObjectInfo } from '@star-graph/workflows/testing/testObjectInfo';
import { parseInventory } from '../../comfy/answers/inventory.ts';
import type { Database } from '../../ground/db/connect.ts';
import { systemClock as clock } from '../../ground/runtime/clock.ts';
import { newId } from '../../ground/runtime/ids.ts';
import { createCatalogue } from '../../library/catalogue/catalogue.ts';
import { packInventory, saveInventory } from '../../library/catalogue/storedInventory.ts';
import { createQueueBound } from '../../work/tasks/accepting/queueBound.ts';
import type { SubmitDeps } from '../../work/tasks/accepting/submitTask.ts';
import { fixedQuotas } from '../fixedQuotas.ts';
import { fixedSettings } from '../fixedSettings.ts';
import { createOwnedBackend } from './factories.ts';

/** The dependencies of an acceptance, with a backend that can run every workflow that ships. */
export async function createSubmitDeps(database: Database, openTasksPerUser: number): Promise<SubmitDeps> {
  const backend = await createOwnedBackend(database, newId(), { seenAt: new Date() });
  await saveInventory({ database, clock }, backend.id, packInventory(parseInventory(fullObjectInfo)));
  return {
    database,
    catalogue: createCatalogue({ database, workflows: builtinWorkflows, clock }),
    clock,
    wakeSignals: { send: () => {}, sendCancel: () => {} },
    queueBound: createQueueBound({ database, clock }, async () => 1_000),
    settings: fixedSettings(),
    quotas: fixedQuotas({ openTasks: openTasksPerUser }),
  };
}
