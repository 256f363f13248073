import { useEffect, useLayoutEffect } from 'preact/hooks';
import { isInDiscord } from '../../../activity/inDiscord.ts';
import { connection } from '../../../data/live.ts';
import { readAhead } from '../../../data/readAhead.ts';
import { expectView } from '../../../data/whenShown.ts';
import { api } from '../../../session/session.ts';
import { accountDrafts, areKept, changeCount } from './drafts.ts';

/** The form waits no longer for what another browser has left, and begins as it is here. */
const patienceMs = 3_000;
const readDrafts = readAhead(() => api.listDrafts({}, { signal: AbortSignal.timeout(patienceMs) }));
/** How long a hand rests before what it has written goes to the account. */
const pauseMs = 1_000;
let resting: ReturnType<typeof setTimeout> | undefined;

/** Once somebody leaves the page, and once the line is back: at once. */
function keepNow(): void {
  clearTimeout(resting);
  if (areKept()) return;
  // The part that writes may be out of reach as its server is: the next change tries again.
  import('./keepDrafts.ts').then(
    ({ keepDrafts }) => keepDrafts(),
    () => {},
  );
}

/** Reads once what the account has, and keeps what is filled in there. @returns whether the form may begin */
export function useAccountDrafts(userId: string | undefined): boolean {
  const isRead = isInDiscord || accountDrafts.value?.userId === userId;
  // In the task that mounts the view, so that what is fetched once the page rests waits for it.
  useLayoutEffect(() => {
    if (userId === undefined || isRead) return;
    const take = (items: Awaited<ReturnType<typeof api.listDrafts>>['items']) => {
      accountDrafts.value = { userId, items };
    };
    expectView(
      readDrafts().then(
        ({ items }) => take(items),
        () => take([]),
      ),
    );
  }, [userId, isRead]);
  const isConnected = connection.value === 'connected';
  useEffect(() => {
    if (isConnected && userId !== undefined) keepNow();
  }, [isConnected, userId]);
  return isRead;
}

// A page that goes on to another view keeps what was written just before.
document.addEventListener('visibilitychange', () => document.hidden && keepNow());
changeCount.subscribe((count) => {
  if (count === 0) return;
  clearTimeout(resting);
  resting = setTimeout(keepNow, pauseMs);
});
