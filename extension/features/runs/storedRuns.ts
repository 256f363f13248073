import { storage } from 'wxt/utils/storage';
import type { Run } from './run.ts';
import type { Work } from './work.ts';

/** From the start of the browser to its end: tabs of an earlier session have no meaning. */
export interface BrowserSession {
  beganAtMs: number;
  /**
   * Runs of earlier sessions no longer have a tab. Until this is set, each worker clears their tabs, since the first
   * may die.
   */
  hasForgotten: boolean;
}

export const sessionItem = storage.defineItem<BrowserSession>('session:browserSession');

/** By tab, what is to be made of the picture that the person is asked to choose there. */
export const offersItem = storage.defineItem<Record<number, Work>>('session:offers', { fallback: {} });

/** By run id. Written by the background alone. */
export const runsItem = storage.defineItem<Record<string, Run>>('local:runs', { fallback: {} });
