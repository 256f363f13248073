import { signal } from '@preact/signals';
import type { WorkflowView } from '../../../contract/catalogue/workflows.ts';
import { language } from '../../../ui/texts/language.ts';
import { api } from '../session/session.ts';

/** The workflows on offer; undefined until they are known. */
export const workflows = signal<readonly WorkflowView[] | undefined>(undefined);
let asking: Promise<void> | undefined;
let isOnTheWay = false;

/** Asks once for all views; after a failure the next view asks again. @throws what the server refused */
export const loadWorkflows = (): Promise<void> => asking ?? refreshWorkflows();

/** Prices and availability change with the pool. */
export function refreshWorkflows(): Promise<void> {
  isOnTheWay = true;
  const mine = loadAll()
    .catch((error: unknown) => {
      if (asking === mine) asking = undefined;
      throw error;
    })
    .finally(() => {
      if (asking === mine || asking === undefined) isOnTheWay = false;
    });
  asking = mine;
  return mine;
}

/** For who has changed nothing: an answer that is on its way is as fresh as another one. */
export const joinWorkflows = (): Promise<void> =>
  isOnTheWay && asking !== undefined ? asking : refreshWorkflows();

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
