import { engineModel } from '@star-graph/core/library/catalogue/models/entryIndex';
import type { PersonCaller } from '@star-graph/core/people/identity/caller';
import type { Workflow } from '@star-graph/workflows';
import { accessOf } from '../routes/catalogue/accessOf.ts';
import type { DoorDeps } from './doorDeps.ts';
import { filmPartOf, partOf } from './workflowParts.ts';

/** The names of models that a person may ask for: the operator's first, then those of workflows. */
export async function listModels(
  deps: Pick<DoorDeps, 'catalogue' | 'quotas' | 'settings'>,
  caller: PersonCaller,
  { withFilms = false } = {},
): Promise<string[]> {
  const [{ MODEL_ALIASES: aliases }, offered, access] = await Promise.all([
    deps.settings.read(),
    deps.catalogue.listOffered(),
    accessOf(deps, caller),
  ]);
  const isUsable = (workflow: Workflow) =>
    (partOf(workflow) ?? (withFilms ? filmPartOf(workflow) : undefined)) !== undefined &&
    access.whyNotWorkflow(workflow) === undefined &&
    !(workflow.engine && access.isHidden(engineModel(workflow.engine)));
  // Programs that take the first name mean one that draws: films come last.
  const inOrder = offered.filter(isUsable).toSorted((one, other) => rankOf(one) - rankOf(other));
  const usable = new Set(inOrder.map(({ name }) => name));
  const named = Object.entries(aliases).filter(([, workflows]) => workflows.some((name) => usable.has(name)));
  return [...new Set([...named.map(([alias]) => alias), ...usable])];
}

/** What draws from words comes before what changes pictures, and the workflow that the default leads to first of all. */
function rankOf(workflow: Workflow): number {
  const part = partOf(workflow);
  if (part === 'draw') return workflow.engine === undefined || workflow.engine.of === workflow.name ? 0 : 1;
  return part === undefined ? 3 : 2;
}
