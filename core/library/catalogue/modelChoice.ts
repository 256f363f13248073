import type { Workflow, WorkflowParams } from '@star-graph/workflows';
import { findModelFolder } from '@star-graph/workflows/models/loaders';
import { presentMissing } from '@star-graph/workflows/models/requirements';
import { rankStandIn } from '@star-graph/workflows/models/standIns';
import { LRUCache } from 'lru-cache';
import { type Capability, choicesOf } from './capability.ts';
import type { Comparison } from './comparison.ts';
import type { ModelEntries } from './models/entryIndex.ts';
import { needsKeyOf } from './namedChoices.ts';
import { offered, type PoolView } from './poolView.ts';

/** Names of model files by parameter. */
type ModelNames = Readonly<Record<string, string>>;

/**
 * The params with stand-ins for model files that the person did not choose and no backend has: so a prompt alone
 * gives a picture if any model can draw one. Unchanged if a backend can run them, otherwise as close to runnable as
 * any backend comes.
 */
export type ModelChoice = (
  view: PoolView,
  workflow: Workflow,
  params: WorkflowParams,
  /** Parameters in the request: these stay. */
  given: ReadonlySet<string>,
) => WorkflowParams;

const remembered = 1_000;

/** Caches choices while the pool stays the same: a search compares every possible model file. */
export function createModelChoice(compare: Comparison): ModelChoice {
  const lacksOf = (capability: Capability, workflow: Workflow, params: WorkflowParams): number =>
    presentMissing(compare(capability, workflow, params)).length;
  const known = new LRUCache<string, ModelNames>({ max: remembered });
  let revision: string | undefined;
  return (view, workflow, params, given) => {
    const capabilities = [...new Set(offered(view))];
    const isRunnable = (wanted: WorkflowParams) =>
      capabilities.some((capability) => lacksOf(capability, workflow, wanted) === 0);
    const pins = pinnedModels(view, workflow, given);
    // What was found out of the same params is remembered.
    const pinned = Object.keys(pins).length === 0 ? params : { ...params, ...pins };
    if (isRunnable(pinned)) return pinned;
    if (isRunnable(params)) return params;
    const open = Object.keys(workflow.inventoryParams).filter((param) => !given.has(param));
    if (revision !== view.revision) known.clear();
    revision = view.revision;
    const key = JSON.stringify([open, needsKeyOf(workflow, params)]);
    const chosen =
      known.get(key) ?? choose(capabilities, workflow, params, open, { lacksOf, entries: view.entries });
    known.set(key, chosen);
    return { ...params, ...chosen };
  };
}

interface Search {
  lacksOf(capability: Capability, workflow: Workflow, params: WorkflowParams): number;
  entries: Pick<ModelEntries, 'find'>;
}

/** The operator's defaults for parameters that the person left out. */
function pinnedModels(view: PoolView, workflow: Workflow, given: ReadonlySet<string>): ModelNames {
  const defaults = view.settings.defaults;
  const pinned = Object.hasOwn(defaults, workflow.name) ? (defaults[workflow.name] ?? {}) : {};
  const isOpen = (param: string) => Object.hasOwn(workflow.inventoryParams, param) && !given.has(param);
  return Object.fromEntries(Object.entries(pinned).filter(([param]) => isOpen(param)));
}

interface Choice {
  lacks: number;
  /** The ranks of the replaced names together. */
  ranks: number;
  names: ModelNames;
}

function choose(
  capabilities: readonly Capability[],
  workflow: Workflow,
  params: WorkflowParams,
  open: readonly string[],
  search: Search,
): ModelNames {
  const choices = capabilities.map((capability) => chooseOn(capability, workflow, params, open, search));
  // Sorted, so that every process makes the same choice.
  choices.sort(
    (a, b) =>
      a.lacks - b.lacks || a.ranks - b.ranks || (JSON.stringify(a.names) < JSON.stringify(b.names) ? -1 : 1),
  );
  return choices[0]?.names ?? {};
}

/** One parameter after another; for each, the first file by rank and name with which the backend lacks least. */
function chooseOn(
  capability: Capability,
  workflow: Workflow,
  params: WorkflowParams,
  open: readonly string[],
  search: Search,
): Choice {
  let best: Choice = { lacks: search.lacksOf(capability, workflow, params), ranks: 0, names: {} };
  for (const param of open) {
    const before = best;
    for (const { name, rank } of listStandIns(capability, search.entries, workflow, params, param)) {
      const names = { ...before.names, [param]: name };
      const lacks = search.lacksOf(capability, workflow, { ...params, ...names });
      if (lacks < best.lacks) best = { lacks, ranks: before.ranks + rank, names };
    }
  }
  return best;
}

/** A hidden file is for administrators who name it, and for workflows whose own file it is. */
function listStandIns(
  capability: Capability,
  entries: Pick<ModelEntries, 'find'>,
  workflow: Workflow,
  params: WorkflowParams,
  param: string,
): { name: string; rank: number }[] {
  const place = workflow.inventoryParams[param];
  if (!place || place.property !== undefined) return [];
  const folder = findModelFolder(place.classType, place.input) ?? '';
  return (choicesOf(capability, place) ?? [])
    .flatMap((name) => {
      if (entries.find({ folder, name }).hidden === true) return [];
      const rank = rankStandIn(place, params[param], name, capability);
      return rank === undefined ? [] : [{ name, rank }];
    })
    .sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : 1));
}
