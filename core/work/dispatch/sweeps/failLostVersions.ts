import type { Logger } from 'pino';
import type { Database } from '../../../ground/db/connect.ts';
import { Task } from '../../../ground/db/models/task.ts';
import type { WakeSignals } from '../../../ground/redis/wakeSignals.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { eachAlone } from '../../../ground/runtime/eachAlone.ts';
import type { Catalogue } from '../../../library/catalogue/catalogue.ts';
import { problems } from '../attempt/decision.ts';
import type { Leadership } from '../leader/leadership.ts';
import { failAsLeader } from './failAsLeader.ts';

/*
 * A task keeps the version of its workflow, and a leader without that version cannot assign it. During a rolling
 * upgrade that passes: the next leader may be of the release that accepted the task. When a leader without the
 * version has led for longer than an upgrade takes, no dispatcher will run the task: it fails and its credits go
 * back.
 */

interface LostVersionSweep {
  /** Fails the tasks whose time is up. @returns how many. */
  run(signal: AbortSignal): Promise<number>;
}

interface Deps {
  database: Database;
  clock: Clock;
  logger: Logger;
  catalogue: Pick<Catalogue, 'loadWorkflow'>;
  wakeSignals: Pick<WakeSignals, 'send'>;
  leadership: Pick<Leadership, 'held'>;
}

type Version = Pick<Task, 'workflowName' | 'workflowVersion'>;

const tasksAtOnce = 100;

export function createLostVersionSweep(deps: Deps, graceMs: number): LostVersionSweep {
  /** Since when (monotonic) tasks wait for each lost version, under one epoch. */
  let missing = new Map<string, number>();
  let epoch: number | undefined;

  async function findLost(): Promise<Version[]> {
    const nowMs = deps.clock.monotonicMs();
    const waiting = (await Task.query(deps.database)
      .where({ status: 'queued' })
      .distinct('workflowName', 'workflowVersion')) as Version[];
    const still = new Map<string, number>();
    const lost: Version[] = [];
    for (const version of waiting) {
      const { workflowName, workflowVersion } = version;
      if (await deps.catalogue.loadWorkflow(workflowName, workflowVersion)) continue;
      const key = `${workflowName} ${workflowVersion}`;
      const sinceMs = missing.get(key) ?? nowMs;
      still.set(key, sinceMs);
      if (nowMs - sinceMs >= graceMs) lost.push(version);
    }
    missing = still;
    return lost;
  }

  return {
    async run(signal) {
      const leader = deps.leadership.held;
      if (leader?.epoch !== epoch) missing = new Map();
      epoch = leader?.epoch;
      if (!leader) return 0;
      let failed = 0;
      const fail = async (version: Version) => {
        failed += await failAll(deps, leader, version, signal);
      };
      await eachAlone(await findLost(), fail, signal).finally(() => deps.wakeSignals.send('outbox'));
      return failed;
    },
  };
}

async function failAll(
  deps: Deps,
  leader: NonNullable<Leadership['held']>,
  version: Version,
  signal: AbortSignal,
): Promise<number> {
  let failed = 0;
  let leads = true;
  await eachAlone(
    listQueued(deps.database, version),
    async (id) => {
      // Another leader may have the version.
      if (!leads) return;
      const isFailed = await failAsLeader(deps, leader, { id, ...version }, problems.workflowGone);
      leads = isFailed !== undefined;
      if (isFailed) failed += 1;
    },
    signal,
  ).finally(() =>
    deps.logger.warn(
      { ...version, failed },
      'tasks waited for a workflow version that is not there any more',
    ),
  );
  return failed;
}

async function* listQueued(database: Database, version: Version): AsyncGenerator<string> {
  for (let after = ''; ; ) {
    const tasks: Pick<Task, 'id'>[] = await Task.query(database)
      .select('id')
      .where({ ...version, status: 'queued' })
      .where('id', '>', after)
      .orderBy('id')
      .limit(tasksAtOnce);
    for (const { id } of tasks) yield id;
    after = tasks.at(-1)?.id ?? after;
    if (tasks.length < tasksAtOnce) return;
  }
}
