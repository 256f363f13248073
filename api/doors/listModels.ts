import { engineModel } from '@star-graph/core/library/catalogue/models/entryIndex';
import type { PersonCaller } from '@star-graph/core/people/identity/caller';
import type { Workflow } from '@star-graph/workflows';
import { accessOf } from '../routes/catalogue/accessOf.ts';
import type { DoorDeps } from './doorDeps.ts';
import { partOf } from './workflowParts.ts';

/** The names of models that a person may ask for: the operator's first, then those of workflows. */
export async function listModels(
  deps: Pick<DoorDeps, 'catalogue' | 'quotas' | 'settings'>,
  caller: PersonCaller,
): Promise<string[]> {
  const [{ MODEL_ALIASES: aliases }, offered, access] = await Promise.all([
    deps.settings.read(),
    deps.catalogue.listOffered(),
    accessOf(deps, caller),
  ]);
  const isUsable = (workflow: Workflow) =>
    partOf(workflow) !== undefined &&
    access.whyNotWorkflow(workflow) === undefined &&
    !(workflow.engine && access.isHidden(engineModel(workflow.engine)));
  const usable = new Set(offered.filter(isUsable).map(({ name }) => name));
  const named = Object.entries(aliases).filter(([, workflows]) => workflows.some((name) => usable.has(name)));
  return [...new Set([...named.map(([alias]) => alias), ...usable])];
}
