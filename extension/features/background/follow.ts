import { ClientProblem } from '@star-graph/api/client/clientProblem';
import {
  type ConnectionState,
  connectEvents,
  type EventConnection,
} from '@star-graph/api/client/connectEvents';
import type { EventView } from '@star-graph/api/contract/events';
import type { TaskView } from '@star-graph/api/contract/tasks';
import { browser } from 'wxt/browser';
import type { ConnectionView } from '../page/protocol.ts';
import { isEnded, type Run, type RunProgress } from '../runs/run.ts';
import { findRunOfTask, listRuns, updateRun } from '../runs/runStore.ts';
import { findClient } from '../session/session.ts';
import type { Hub } from './hub.ts';
import { applyTask, endRun, type RunnerDeps } from './runner.ts';

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

/**
 * The connection for events. It belongs to one worker: where the worker dies, the next one connects anew, is given a
 * snapshot of what is open, and asks for each task of ours that the snapshot does not hold.
 */
export function createFollower(deps: FollowerDeps): Follower {
  let connection: { baseUrl: string; events: EventConnection } | undefined;
  let state: ConnectionView = 'idle';
  // One event after the other: each changes what the next one finds.
  let turn: Promise<void> = Promise.resolve();

  const show = (next: ConnectionView) => {
    if (next === state) return;
    state = next;
    deps.hub.tellConnection(next);
  };

  const refresh = async () => {
    const [client, runs] = await Promise.all([findClient(), listRuns()]);
    const hasTasks = runs.some((run) => run.taskId !== undefined && !isEnded(run));
    const isWanted = client !== undefined && (hasTasks || deps.hub.hasListeners());
    if (hasTasks) await browser.alarms.create(followAlarm, { periodInMinutes: followAlarmMinutes });
    else await browser.alarms.clear(followAlarm);
    if (connection && (!isWanted || connection.baseUrl !== client?.deps.baseUrl || state === 'signedOut')) {
      const { events } = connection;
      connection = undefined;
      await events.close();
      show('idle');
    }
    if (!isWanted || connection) return;
    const listeners = {
      onEvent: (event: EventView) => {
        deps.hub.tellPanels({ kind: 'event', event });
        turn = turn.then(() => takeEvent(deps.runner(), event)).catch(reportFault);
      },
      onState: (next: ConnectionState) => show(next === 'closed' ? 'idle' : next),
    };
    connection = { baseUrl: client.deps.baseUrl, events: connectEvents(client.deps, listeners) };
  };

  let refreshing: Promise<void> = Promise.resolve();
  return {
    refresh: () => {
      refreshing = refreshing.then(refresh).catch(reportFault);
      return refreshing;
    },
    state: () => state,
  };
}

const reportFault = (error: unknown) => console.error('an event was not taken:', error);

async function takeEvent(runner: RunnerDeps, event: EventView): Promise<void> {
  if (event.type === 'state_snapshot') return await takeSnapshot(runner, event.data.tasks);
  const run = await findRunOfTask(event.taskId);
  if (!run || isEnded(run)) return;
  switch (event.type) {
    case 'progress_update':
      return takeProgress(runner, run, event.data);
    case 'task_started': {
      const started = await updateRun(run.id, (one) =>
        isEnded(one) ? undefined : { ...one, state: 'running' },
      );
      if (started) runner.hub.tellRun(started, runner.progress.get(run.id));
      return;
    }
    case 'task_completed':
      return await endRun(runner, run.id, {
        state: 'succeeded',
        cost: event.data.cost,
        outputAssetId: event.data.outputs[0]?.id,
      });
    case 'task_failed': {
      const { code, message } = new ClientProblem(event.data.error);
      return await endRun(runner, run.id, { state: 'failed', problem: { code, detail: message } });
    }
    case 'task_cancelled':
      return await endRun(runner, run.id, { state: 'cancelled' });
  }
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
