import type { Clock } from '@star-graph/core/ground/runtime/clock';

interface LiveMessage<View> {
  /** Shows this content soon; earlier content that is still waiting is skipped. */
  show(view: View): void;
  /** Stops editing; resolves when the running edit is done. */
  close(): Promise<void>;
}

interface LiveMessageDeps<View> {
  clock: Clock;
  edit(view: View): Promise<void>;
  /** @returns whether the same edit may succeed later: then it is repeated unless there is newer content. */
  onError(error: unknown): boolean;
}

/** Discord throttles more frequent edits. */
export const editIntervalMs = 2_500;

/** Edits one message on change, at most once an interval and one at a time. */
export function createLiveMessage<View>(
  deps: LiveMessageDeps<View>,
  keyOf: (view: View) => string,
): LiveMessage<View> {
  let waiting: View | undefined;
  let shownKey: string | undefined;
  let editing: Promise<void> | undefined;
  let cancelPause: (() => void) | undefined;
  let isClosed = false;

  function next(): void {
    if (isClosed || editing || cancelPause || waiting === undefined) return;
    const view = waiting;
    waiting = undefined;
    const key = keyOf(view);
    if (key === shownKey) return;
    shownKey = key;
    editing = deps
      .edit(view)
      .catch((error: unknown) => {
        if (!deps.onError(error)) return;
        shownKey = undefined;
        waiting ??= view;
      })
      .finally(() => {
        editing = undefined;
        if (isClosed) return;
        cancelPause = deps.clock.after(editIntervalMs, () => {
          cancelPause = undefined;
          next();
        });
      });
  }
  return {
    show(view) {
      waiting = view;
      next();
    },
    async close() {
      isClosed = true;
      cancelPause?.();
      await editing;
    },
  };
}
