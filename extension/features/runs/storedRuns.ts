import { browser } from 'wxt/browser';
import type { Search } from '../messaging/protocol.ts';
import type { Run } from './run.ts';
import { createStoredItem } from './storedItem.ts';
import type { Work } from './work.ts';

/** From the start of the browser to its end: tabs of an earlier session have no meaning. */
interface BrowserSession {
  beganAtMs: number;
  /**
   * Runs of earlier sessions no longer have a tab. Until this is set, each worker clears their tabs, since the first
   * may die.
   */
  hasForgotten: boolean;
}

export const sessionItem = createStoredItem<BrowserSession>('session', 'browserSession');

/** By tab, what is to be made of the picture that the person is asked to choose there. */
export const offersItem = createStoredItem<Record<number, Work>>('session', 'offers', {});

/** By run id. Written by the background alone. */
export const runsItem = createStoredItem<Record<string, Run>>('local', 'runs', {});

/** What a person pressed on a page, until it is a run, a choice or a refusal. */
export interface Press {
  id: string;
  at: { tabId: number; frameId?: number; search?: Search };
  /** Undefined: a batch. */
  work?: Work | undefined;
}

const pressKey = 'press:';
const pressAlarm = 'star-graph-press';
const pressAlarmMinutes = 0.5;

/** Asked of the browser at once: it may end the worker that heard of the press, and wakes the next one. */
export async function keepPress(press: Press): Promise<void> {
  await Promise.all([
    browser.storage.session.set({ [`${pressKey}${press.id}`]: press }),
    browser.alarms.create(pressAlarm, { delayInMinutes: pressAlarmMinutes }),
  ]);
}

export const forgetPress = ({ id }: Press): Promise<void> =>
  browser.storage.session.remove(`${pressKey}${id}`);

export async function listPresses(): Promise<Press[]> {
  const stored = Object.entries(await browser.storage.session.get(null));
  return stored.flatMap(([key, value]) => (key.startsWith(pressKey) ? [value as Press] : []));
}
