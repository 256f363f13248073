import type { OfferedWorkflowView, WorkflowVersionView } from '@star-graph/contract/admin/operatorWorkflows';
import { readPages } from '../../../data/readPages.ts';
import { api } from '../../../session/session.ts';

/** A workflow as the desk has it: shipped or added, on offer or not. */
export interface DeskWorkflow {
  name: string;
  title: WorkflowVersionView['title'];
  /** Undefined: no version of it is on offer. */
  offered: OfferedWorkflowView | undefined;
  /** The newest first. A shipped workflow has none: it changes with a release. */
  versions: readonly WorkflowVersionView[];
}

export type DeskState = 'runs' | 'partly' | 'waits' | 'lacks' | 'withdrawn';

/** The operator's own workflows come first: only those can be changed in this view. */
export async function loadWorkflows(signal: AbortSignal): Promise<DeskWorkflow[]> {
  const [offered, versions] = await Promise.all([
    readPages((query) => api.adminListOffered({ query }, { signal })),
    readPages((query) => api.adminListWorkflows({ query }, { signal })),
  ]);
  const own = Map.groupBy(versions, ({ name }) => name);
  return [
    ...[...own].map(([name, listed]) => ({
      name,
      title: (listed.find(({ active }) => active) ?? listed[0])?.title ?? { en: name, 'zh-CN': name },
      offered: offered.find((one) => one.name === name),
      versions: listed,
    })),
    ...offered
      .filter(({ shipped }) => shipped)
      .map((one) => ({ name: one.name, title: one.title, offered: one, versions: [] })),
  ];
}

export function stateOf({ offered }: DeskWorkflow): DeskState {
  if (!offered) return 'withdrawn';
  if (!offered.available) return 'lacks';
  if (offered.waiting) return 'waits';
  return offered.servers.every(({ runs }) => runs) ? 'runs' : 'partly';
}
