import type { Workflow, WorkflowParams } from '@star-graph/workflows';
import { findModelFolder } from '@star-graph/workflows/models/loaders';
import { findCheapestRequest } from '@star-graph/workflows/params/cheapestRequest';
import { priceAtEach } from '../../money/credits/price.ts';
import { listOptions } from './capability.ts';
import { percentsOf } from './models/entryIndex.ts';
import { type PoolView, usable } from './poolView.ts';

/**
 * The least price that can be paid for the workflow, with the files that the pool offers: no request that is accepted
 * costs less, unless its result is there already.
 * @param start what the pool runs, if it runs anything.
 */
export function leastCostOf(
  view: PoolView,
  workflow: Workflow,
  start: WorkflowParams,
  isOffered: (params: WorkflowParams) => boolean,
): number {
  const percentsFor = (params: WorkflowParams) => percentsOf(view.entries, workflow, params);
  const { params, inputs } = findCheapestRequest(workflow, {
    start,
    files: cheapFiles(view, workflow),
    factorOf: (tried) => percentsFor(tried).reduce((factor, percent) => (factor * percent) / 100, 1),
    isOffered,
  });
  return priceAtEach(workflow.price(params, inputs), percentsFor(params));
}

/** Those that change a price, the cheapest first: of many at the same percentage one, in a list those that lower it. */
function cheapFiles({ entries, ...view }: PoolView, workflow: Workflow): Record<string, string[]> {
  const options = listOptions(usable({ entries, ...view }), entries, workflow);
  return Object.fromEntries(
    Object.entries(workflow.inventoryParams).map(([param, { classType, input, property }]) => {
      const folder = findModelFolder(classType, input);
      if (folder === undefined) return [param, []];
      const percentOf = (name: string) => entries.find({ folder, name }).pricePercent ?? 100;
      const names = (options[param] ?? []).toSorted((a, b) => percentOf(a) - percentOf(b));
      const isFirst = (name: string, at: number) =>
        at === 0 || percentOf(name) !== percentOf(names[at - 1] ?? '');
      return [
        param,
        property === undefined ? names.filter(isFirst) : names.filter((name) => percentOf(name) < 100),
      ];
    }),
  );
}
