import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ModelView } from '../../../../../contract/catalogue/models.ts';
import type { WorkflowView } from '../../../../../contract/catalogue/workflows.ts';
import { joinWorkflows, workflows } from '../../../data/catalogue.ts';
import { api } from '../../../session/session.ts';

/** What is on offer, as forms need it. */
export interface Catalogue {
  listed: readonly WorkflowView[];
  models: readonly ModelView[];
}

export const catalogue = signal<Catalogue | undefined>(undefined);
export const catalogueError = signal<unknown>(undefined);

/** Reads it anew; what is known stays in view meanwhile, and if nobody answers. */
export async function refreshCatalogue(): Promise<void> {
  catalogueError.value = undefined;
  try {
    const [models] = await Promise.all([
      readPages((cursor) => api.listModels({ query: { limit: 100, ...cursor } })),
      joinWorkflows(),
    ]);
    catalogue.value = { listed: workflows.value ?? [], models };
  } catch (error) {
    catalogueError.value = error;
  }
}

/** How soon it is read anew while what a view needs does not run. */
const againMs = 5_000;

/** Reads it anew from time to time until what the view needs runs: a GPU server may be on its way. */
export function useFreshCatalogue(isMissing: boolean): void {
  useEffect(() => {
    if (!isMissing) return;
    const timer = setInterval(() => {
      if (!document.hidden) void refreshCatalogue();
    }, againMs);
    return () => clearInterval(timer);
  }, [isMissing]);
}

async function readPages<T>(
  read: (cursor: { cursor?: string }) => Promise<{ items: T[]; nextCursor: string | null }>,
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await read(cursor ? { cursor } : {});
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return items;
}
