import { makeOwnCode } from '@star-graph/client/ownCode';
import { browser } from 'wxt/browser';
import { presentProblem } from '../runs/problem.ts';
import { signIn } from '../session/session.ts';
import { type Connecting, connectingItem } from '../session/storedAccount.ts';
import { notifyNotStarted } from './start/notifyNotStarted.ts';

/** As long as the server keeps an approval. */
const lifeMs = 10 * 60_000;
const pauseMs = 2_000;

interface AccountChange {
  leave(): Promise<void>;
  follow(): Promise<void>;
}

/** Asks to be let in, on a page of the console; the person answers there. */
export async function beginConnecting(baseUrl: string, change: AccountChange): Promise<void> {
  const own = await makeOwnCode();
  const connecting = { ...own, baseUrl, untilMs: Date.now() + lifeMs };
  await connectingItem.setValue(connecting);
  await browser.tabs.create({ url: `${baseUrl}/connect?extension=${own.challenge}` });
  void waitForYes(connecting, change);
}

/** For a new worker: waits on for the answer that the last one waited for. */
export async function resumeConnecting(change: AccountChange): Promise<void> {
  const connecting = await connectingItem.getValue();
  if (connecting) await waitForYes(connecting, change);
}

async function waitForYes(connecting: Connecting, change: AccountChange): Promise<void> {
  while (await isCurrent(connecting)) {
    try {
      await signIn({ baseUrl: connecting.baseUrl, by: { code: connecting.code } }, change.leave);
      await connectingItem.removeValue();
      return await change.follow();
    } catch (error) {
      const { code } = presentProblem(error);
      // Nobody has answered yet, or the server is away for a moment.
      if (code === 'signed-out' || code === 'unreachable' || code === 'rate-limited')
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      else {
        await connectingItem.removeValue();
        return await notifyNotStarted(error);
      }
    }
  }
}

/** It is over with its time, and when the person stopped it or began another. */
async function isCurrent({ challenge, untilMs }: Connecting): Promise<boolean> {
  if ((await connectingItem.getValue())?.challenge !== challenge) return false;
  if (Date.now() < untilMs) return true;
  await connectingItem.removeValue();
  return false;
}
