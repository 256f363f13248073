import { signal } from '@preact/signals';
import type { ModelView } from '../../../../../contract/catalogue/models.ts';
import type { WorkflowView } from '../../../../../contract/catalogue/workflows.ts';
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
    const [listed, models] = await Promise.all([
      readPages((cursor) => api.listWorkflows({ query: { limit: 100, ...cursor } })),
      readPages((cursor) => api.listModels({ query: { limit: 100, ...cursor } })),
    ]);
    catalogue.value = { listed, models };
  } catch (error) {
    catalogueError.value = error;
  }
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
