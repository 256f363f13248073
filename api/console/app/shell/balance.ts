import { signal } from '@preact/signals';
import type { OwnBalanceView } from '@star-graph/contract/users/credits';
import { isTerminalEventType } from '@star-graph/workflows/shared/eventTypes';
import { onEvent } from '../data/live.ts';
import { api } from '../session/session.ts';

/** The person's credits; undefined until they are known. */
export const balance = signal<OwnBalanceView | undefined>(undefined);

/** Asks anew; without an answer the last known amount stays. */
export async function refreshBalance(): Promise<void> {
  const fresh = await api.getBalance().catch(() => undefined);
  if (fresh) balance.value = fresh;
}

/** Asks when the view opens and whenever a task is accepted or ends. @returns what ends it. */
export function followBalance(): () => void {
  balance.value = undefined;
  void refreshBalance();
  return onEvent(({ type }) => {
    if (type === 'task_created' || isTerminalEventType(type)) void refreshBalance();
  });
}
