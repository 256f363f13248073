import {
  type ConnectionState,
  connectEvents,
  type EventConnection,
  type ResumePoint,
} from '@star-graph/client/connectEvents';
import type { EventView } from '@star-graph/contract/events';
import { browser } from 'wxt/browser';
import type { Ports } from '../../messaging/ports.ts';
import type { ConnectionView } from '../../messaging/protocol.ts';
import { isEnded } from '../../runs/run.ts';
import { listRuns } from '../../runs/runStore.ts';
import { findClient, ownerOf } from '../../session/session.ts';
import { accountItem, resumeItem } from '../../session/storedAccount.ts';
import type { Client } from '../../session/usedOperations.ts';
import type { RunDeps } from './liveRuns.ts';
import { takeEvent } from './takeEvent.ts';

/** Starts a new worker when one died while tasks were open and no page could wake it. */
export const followAlarm = 'star-graph-follow';

const followAlarmMinutes = 0.5;

interface EventFollower {
  /** Connects when a task is open and a person is signed in; otherwise disconnects. */
  refresh(): Promise<void>;
  state(): ConnectionView;
}

interface EventFollowerDeps {
  ports: Ports;
  /** Imported late: the modules of runs import this one. */
  runDeps(): RunDeps;
}

/** After an event that could not be applied, for example because the server did not answer a request about it. */
const repeatDelayMs = 5_000;

/** One connection, of one account. */
interface Line {
  owner: string;
  events?: EventConnection;
}

/**
 * The event connection of one worker. When the worker dies, the next one resumes after the last event applied.
 * Without one, it gets a snapshot of open tasks and asks for each of ours that is missing there.
 */
export function createEventFollower(deps: EventFollowerDeps): EventFollower {
  let line: Line | undefined;
  let state: ConnectionView = 'idle';
  // Events are applied in order: each changes the state for the next.
  let turn: Promise<void> = Promise.resolve();

  const show = (next: ConnectionView) => {
    if (next === state) return;
    state = next;
    deps.ports.tellConnection(next);
  };

  const close = async () => {
    const closed = line;
    line = undefined;
    await closed?.events?.close();
  };

  const take = async (from: Line, event: EventView, point: ResumePoint) => {
    // The new connection sends the rest of the earlier one again.
    if (from !== line) return;
    try {
      await takeEvent(deps.runDeps(), event);
      if (event.type !== 'progress_update') await resumeItem.setValue({ owner: from.owner, point });
    } catch (error) {
      console.error('an event was not taken:', error);
      // Later events would be applied without it: start over from a snapshot.
      await close();
      await resumeItem.removeValue();
      setTimeout(() => void refresh(), repeatDelayMs);
    }
  };

  const open = async (client: Client, owner: string) => {
    const kept = await resumeItem.getValue();
    const opened: Line = { owner };
    line = opened;
    const listeners = {
      onEvent: (event: EventView, point: ResumePoint) => {
        deps.ports.tellPanels({ kind: 'event', event });
        turn = turn.then(() => take(opened, event, point));
      },
      onState: (next: ConnectionState) => {
        if (line === opened && next !== 'closed') show(next);
      },
    };
    const resume = kept?.owner === owner ? { resumeFrom: kept.point } : {};
    opened.events = connectEvents(client.deps, listeners, resume);
  };

  const look = async () => {
    const [client, account, runs] = await Promise.all([findClient(), accountItem.getValue(), listRuns()]);
    const owner = client && account ? ownerOf(account) : undefined;
    const hasTasks = runs.some((run) => run.taskId !== undefined && !isEnded(run));
    const isWanted = owner !== undefined && (hasTasks || deps.ports.hasListeners());
    if (isWanted && hasTasks)
      await browser.alarms.create(followAlarm, { periodInMinutes: followAlarmMinutes });
    else await browser.alarms.clear(followAlarm);
    if (line && (!isWanted || line.owner !== owner)) await close();
    if (isWanted && client && !line) await open(client, owner);
    if (!line) show(owner === undefined ? 'signedOut' : 'idle');
  };

  let looking: Promise<void> = Promise.resolve();
  const refresh = () => {
    looking = looking.then(look).catch((error: unknown) => console.error('events are not followed:', error));
    return looking;
  };
  return { refresh, state: () => state };
}
