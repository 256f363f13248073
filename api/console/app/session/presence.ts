import { signal } from '@preact/signals';
import type { ApiClient } from '@star-graph/client/client';

/** What the person is asked for, while they are. */
interface AskedPresence {
  hasFactor: boolean;
  /** @param isProven false: they would not. */
  answer(isProven: boolean): void;
}

export const askedPresence = signal<AskedPresence | undefined>(undefined);
let asking: Promise<boolean> | undefined;

/** Asks the person once, however many requests wait for it. @throws what the server refused */
export function askForPresence(client: ApiClient): Promise<boolean> {
  asking ??= ask(client).finally(() => {
    asking = undefined;
  });
  return asking;
}

async function ask(client: ApiClient): Promise<boolean> {
  const { totp, passkeys } = await client.getSecondFactor();
  const hasFactor = totp || passkeys.length > 0;
  const isProven = await new Promise<boolean>((answer) => {
    askedPresence.value = { hasFactor, answer };
  });
  askedPresence.value = undefined;
  return isProven;
}

/** The session is over, and the question with it. */
export const dropPresence = (): void => askedPresence.value?.answer(false);
