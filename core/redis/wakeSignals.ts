import type { Redis } from './createRedis.ts';
import { lostMessages } from './lostMessages.ts';
import { wakeChannel } from './redisKeys.ts';
import type { Subscriber } from './subscriber.ts';

/**
 * Tells other processes that there is work, after the commit that made it. A signal may be lost: the sweeps find the
 * work within a second. It never throws and never makes the caller wait.
 */
export interface WakeSignals {
  /** `tasks`: new ready tasks; `slots`: places for them; both for the leader. `outbox`: unsent events, for the relay. */
  send(what: 'tasks' | 'slots' | 'outbox'): void;
  /** An attempt on this backend must end: its task was cancelled, or the leader recalls it. For the backend's owner. */
  sendCancel(backendId: string, taskId: string): void;
}

export function createWakeSignals(deps: { redis: Redis; prefix: string }): WakeSignals {
  const publish = (message: string) => {
    deps.redis.publish(wakeChannel(deps.prefix), message).catch(() => lostMessages.inc({ message: 'ring' }));
  };
  return {
    send: publish,
    sendCancel: (backendId, taskId) => publish(`cancel:${backendId}:${taskId}`),
  };
}

export interface WakeListeners {
  tasks?: () => void;
  slots?: () => void;
  outbox?: () => void;
  cancel?: (backendId: string, taskId: string) => void;
}

/** Hears the signals of all processes. @returns a function that stops listening. */
export function listenToWakeSignals(
  deps: { subscriber: Subscriber; prefix: string },
  listeners: WakeListeners,
): Promise<() => void> {
  return deps.subscriber.subscribe(wakeChannel(deps.prefix), (message) => {
    if (message === 'tasks') listeners.tasks?.();
    else if (message === 'slots') listeners.slots?.();
    else if (message === 'outbox') listeners.outbox?.();
    else {
      const [what, backendId, taskId] = message.split(':');
      if (what === 'cancel' && backendId && taskId) listeners.cancel?.(backendId, taskId);
    }
  });
}
