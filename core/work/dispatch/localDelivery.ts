import type { WakeSignals } from '../../ground/redis/wakeSignals.ts';
import type { OwnedBackend } from './backend/ownedBackends.ts';
import type { BackendQueues } from './backendQueue.ts';
import type { Leader, LeaderDeps } from './leader/leader.ts';

/*
 * A dispatcher's messages to itself need not go through Redis. With one dispatcher those are all messages, and each
 * one saved shortens the time that a GPU is idle.
 */

/** Work for a backend of this dispatcher begins at once. The next look finds work whose signal was lost. */
export function createLocalDelivery(
  backendQueues: Pick<BackendQueues, 'ring'>,
  findOwned: (backendId: string) => OwnedBackend | undefined,
): Pick<LeaderDeps, 'choosePrompt' | 'handOver'> {
  return {
    choosePrompt: (backendId) => findOwned(backendId)?.owner.choosePrompt(),
    handOver({ taskId, attempt, backendId, slot, task, prompt }) {
      const owned = findOwned(backendId);
      if (!owned) {
        backendQueues.ring(backendId, { taskId, attempt });
        return;
      }
      const saved = prompt
        ? ({ state: 'posted', promptId: prompt.promptId } as const)
        : ({ state: 'assigned', promptId: null } as const);
      owned.owner.takeIn(
        [
          {
            taskId,
            attempt,
            backendId,
            slot,
            ...saved,
            task,
            startedAt: null,
            isOver: false,
            isRecalled: false,
          },
        ],
        Number.NEGATIVE_INFINITY,
      );
    },
  };
}

/** The leader uses a free slot, and may be in this process. */
export function createLocalWaking(
  wakeSignals: WakeSignals,
  leader: Pick<Leader, 'wake'>,
  leads: () => boolean,
): WakeSignals {
  return {
    ...wakeSignals,
    send(what, news) {
      if (what === 'slots' && leads()) leader.wake('slots', news);
      else wakeSignals.send(what, news);
    },
  };
}
