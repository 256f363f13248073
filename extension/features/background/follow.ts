import type { ApiClient } from '@star-graph/api/client/client';
import { ClientProblem } from '@star-graph/api/client/clientProblem';
import {
  type ConnectionState,
  connectEvents,
  type EventConnection,
  type ResumePoint,
} from '@star-graph/api/client/connectEvents';
import type { EventView } from '@star-graph/api/contract/events';
import type { TaskView } from '@star-graph/api/contract/tasks';
import { browser } from 'wxt/browser';
import type { ConnectionView } from '../page/protocol.ts';
import { isEnded, type Run, type RunProgress } from '../runs/run.ts';
import { findRunOfTask, listRuns, updateRun } from '../runs/runStore.ts';
import { findClient, ownerOf } from '../session/session.ts';
import { accountItem, resumeItem } from '../storedItems.ts';
import type { Hub } from './hub.ts';
import { applyEnd, applyTask, endRun, type RunnerDeps } from './runner.ts';

/** Wakes a worker that died while tasks were open and no page was there to wake it. */
export const followAlarm = 'star-graph-follow';
const followAlarmMinutes = 0.5;

export interface Follower {
  /** Connects when there is something to hear and somebody signed in; otherwise disconnects. */
  refresh(): Promise<void>;
  state(): ConnectionView;
}

export interface FollowerDeps {
  hub: Hub;
  /** Asked for late: the runner needs the follower too. */
  runner(): RunnerDeps;
}

/** After an event that could not be taken, the server for example did not answer a question on it. */
const repeatDelayMs = 5_000;

/** One connection, of one account. */
interface Line {
  owner: string;
  events?: EventConnection;
}

/**
 * The connection for events. It belongs to one worker: where the worker dies, the next one goes on from the point up to
 * which events were taken. Without such a point it is given a snapshot of what is open, and asks for each task of ours
 * that the snapshot does not hold.
 */
export function createFollower(deps: FollowerDeps): Follower {
  let line: Line | undefined;
  let state: ConnectionView = 'idle';
  // One event after the other: each changes what the next one finds.
  let turn: Promise<void> = Promise.resolve();

  const show = (next: ConnectionView) => {
    if (next === state) return;
    state = next;
    deps.hub.tellConnection(next);
  };

  const close = async () => {
    const closed = line;
    line = undefined;
    await closed?.events?.close();
  };

  const take = async (from: Line, event: EventView, point: ResumePoint) => {
    // What an earlier line left over comes again by the next one.
    if (from !== line) return;
    try {
      await takeEvent(deps.runner(), event);
      if (event.type !== 'progress_update') await resumeItem.setValue({ owner: from.owner, point });
    } catch (error) {
      console.error('an event was not taken:', error);
      // The rest would be taken without it: from the start once more, by a snapshot.
      await close();
      await resumeItem.removeValue();
      setTimeout(() => void refresh(), repeatDelayMs);
    }
  };

  const open = async (client: ApiClient, owner: string) => {
    const kept = await resumeItem.getValue();
    const opened: Line = { owner };
    line = opened;
    const listeners = {
      onEvent: (event: EventView, point: ResumePoint) => {
        deps.hub.tellPanels({ kind: 'event', event });
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
    const isWanted = owner !== undefined && (hasTasks || deps.hub.hasListeners());
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

async function takeEvent(runner: RunnerDeps, event: EventView): Promise<void> {
  if (event.type === 'state_snapshot') return await takeSnapshot(runner, event.data.tasks);
  const run = await findRunOfTask(event.taskId);
  if (!run) return keepEarly(runner, event);
  if (isEnded(run)) return;
  switch (event.type) {
    case 'progress_update':
      return takeProgress(runner, run, event.data);
    case 'task_queued': {
      const waiting = await updateRun(run.id, (one) =>
        one.state === 'running' ? { ...one, state: 'waiting' } : undefined,
      );
      if (!waiting) return;
      // What a lost attempt had reached is gone.
      runner.progress.set(waiting.id, { percent: 0 });
      runner.hub.tellRun(waiting, { percent: 0 });
      return;
    }
    case 'task_started': {
      const started = await updateRun(run.id, (one) =>
        isEnded(one) ? undefined : { ...one, state: 'running' },
      );
      if (started) runner.hub.tellRun(started, runner.progress.get(run.id));
      return;
    }
    case 'task_completed':
    case 'task_failed':
    case 'task_cancelled':
      return await applyEnd(runner, run.id, event);
  }
}

/** The answer to a submission and the events of its task come by two ways; the end may be told first. */
function keepEarly(runner: RunnerDeps, event: EventView): void {
  const isEnd =
    event.type === 'task_completed' || event.type === 'task_failed' || event.type === 'task_cancelled';
  if (isEnd && runner.active.size > 0) runner.early.set(event.taskId, event);
}

function takeProgress(runner: RunnerDeps, run: Run, progress: RunProgress): void {
  // A report without a picture does not take the last one away.
  const preview = progress.preview ?? runner.progress.get(run.id)?.preview;
  const shown = { ...progress, ...(preview ? { preview } : {}) };
  runner.progress.set(run.id, shown);
  runner.hub.tellRun(run, shown);
}

/** Whatever was missed is in the snapshot or is asked for by its id. */
async function takeSnapshot(runner: RunnerDeps, tasks: readonly TaskView[]): Promise<void> {
  const client = await findClient();
  const byId = new Map(tasks.map((task) => [task.id, task]));
  for (const run of await listRuns()) {
    if (run.taskId === undefined || isEnded(run)) continue;
    try {
      const task = byId.get(run.taskId) ?? (await client?.getTask({ params: { id: run.taskId } }));
      if (task) await applyTask(runner, run.id, task);
    } catch (error) {
      // Another account's task, or one that was deleted: nobody will ever tell its end.
      if (!(error instanceof ClientProblem) || error.code !== 'not-found') throw error;
      await endRun(runner, run.id, { state: 'failed', problem: { code: 'not-found' } });
    }
  }
}
