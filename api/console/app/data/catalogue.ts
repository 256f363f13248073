import { signal } from '@preact/signals';
import type { WorkflowView } from '../../../contract/catalogue/workflows.ts';
import { language } from '../../../ui/texts/language.ts';
import { api } from '../session/session.ts';

/** The workflows on offer; undefined until they are known. */
export const workflows = signal<readonly WorkflowView[] | undefined>(undefined);
let asking: Promise<void> | undefined;

/** Asks once for all views; after a failure the next view asks again. @throws what the server refused */
export function loadWorkflows(): Promise<void> {
  asking ??= loadAll().catch((error: unknown) => {
    asking = undefined;
    throw error;
  });
  return asking;
}

/** Prices and availability change with the pool. */
export async function refreshWorkflows(): Promise<void> {
  asking = undefined;
  await loadWorkflows();
}

async function loadAll(): Promise<void> {
  const found: WorkflowView[] = [];
  let cursor: string | undefined;
  do {
    const page = await api.listWorkflows({ query: { limit: 100, ...(cursor && { cursor }) } });
    found.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  workflows.value = found;
}

/** The name that people know it by; its own until the catalogue is there, or where it has left the catalogue. */
export const nameWorkflow = (name: string): string =>
  workflows.value?.find((one) => one.name === name)?.title[language.value] ?? name;
