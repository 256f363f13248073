import type { Redis } from './createRedis.ts';
import { lostMessages } from './lostMessages.ts';
import { wakeChannel } from './redisKeys.ts';
import type { Subscriber } from './subscriber.ts';

/**
 * Tells other processes that there is work, after the commit that made it. A signal may be lost: the sweeps find the
 * work within a second, on an idle platform within five. It never throws and never makes the caller wait.
 */
export interface WakeSignals {
  /**
   * `tasks`: new ready tasks; `slots`: places for them; both for the leader. `backends`: the pool has other backends
   * than before; for every dispatcher, which takes and leaves them. `outbox`: unsent events, for the relay. `views`: something that
   * processes hold of the database has changed, and all read it again.
   * @param news what exactly is new; without it the listener reads the rows.
   */
  send(what: 'tasks' | 'slots' | 'backends' | 'outbox' | 'views', news?: object): void;
  /** An attempt on this backend must end: its task was cancelled, or the leader recalls it. For the backend's owner. */
  sendCancel(backendId: string, taskId: string): void;
}

export function createWakeSignals(deps: { redis: Redis; prefix: string }): WakeSignals {
  const publish = (message: string) => {
    deps.redis.publish(wakeChannel(deps.prefix), message).catch(() => lostMessages.inc({ message: 'ring' }));
  };
  return {
    send: (what, news) => publish(news ? `${what}:${JSON.stringify(news)}` : what),
    sendCancel: (backendId, taskId) => publish(`cancel:${backendId}:${taskId}`),
  };
}

export interface WakeListeners {
  tasks?: (news: unknown) => void;
  slots?: (news: unknown) => void;
  backends?: () => void;
  outbox?: () => void;
  views?: () => void;
  cancel?: (backendId: string, taskId: string) => void;
}

/** Hears the signals of all processes. @returns a function that stops listening. */
export function listenToWakeSignals(
  deps: { subscriber: Subscriber; prefix: string },
  listeners: WakeListeners,
): Promise<() => void> {
  return deps.subscriber.subscribe(wakeChannel(deps.prefix), (message) => {
    const [what, ...rest] = message.split(':');
    const [backendId, taskId] = rest;
    if (what === 'tasks') listeners.tasks?.(parseNews(rest));
    else if (what === 'slots') listeners.slots?.(parseNews(rest));
    else if (what === 'backends') listeners.backends?.();
    else if (what === 'outbox') listeners.outbox?.();
    else if (what === 'views') listeners.views?.();
    else if (what === 'cancel' && backendId && taskId) listeners.cancel?.(backendId, taskId);
  });
}

/** Undefined where there is none, or none that can be read. */
function parseNews(parts: readonly string[]): unknown {
  if (parts.length === 0) return undefined;
  try {
    return JSON.parse(parts.join(':'));
  } catch {
    return undefined;
  }
}
