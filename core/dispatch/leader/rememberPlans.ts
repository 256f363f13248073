import type { Database } from '../../db/connect.ts';
import { Task } from '../../db/models/task.ts';
import type { Clock } from '../../runtime/clock.ts';
import { firstIdAt } from '../../runtime/ids.ts';
import { createPlanMemory, type PlanMemory } from '../planner/planMemory.ts';
import { type PastTask, replayService } from '../planner/serviceCounters.ts';
import type { TaskIndex } from '../planner/waiting/taskIndex.ts';

/** Service from before that hardly matters for the order now. */
const pastMs = 60 * 60_000;
const mostPast = 20_000;

interface PastRow {
  id: string;
  userId: string;
  createdAt: Date;
  finishedAt: Date | null;
  estimateSeconds: number;
  assignedAt: Date | null;
  startedAt: Date | null;
  endedAt: Date | null;
}

interface Deps {
  database: Database;
  clock: Pick<Clock, 'now'>;
}

/** The memory of a leader's plans. Plans of earlier leaders are read from their rows. */
export interface PlansSoFar {
  /** Tells what waits now. @returns the parts of the next plan's input. */
  see(ready: TaskIndex): Promise<ReturnType<PlanMemory['see']>>;
  charge: PlanMemory['charge'];
  /** Another dispatcher may lead from now on. */
  forget(): void;
}

export function rememberPlans(deps: Deps): PlansSoFar {
  let memory: PlanMemory | undefined;
  return {
    async see(ready) {
      const known = memory ?? (await readMemory(deps));
      memory = known;
      return known.see(ready, deps.clock.now().getTime());
    },
    charge: (userId, seconds) => memory?.charge(userId, seconds),
    forget() {
      memory = undefined;
    },
  };
}

async function readMemory({ database, clock }: Deps): Promise<PlanMemory> {
  const rows = await Task.query(database)
    .leftJoin('attempts', 'attempts.taskId', 'tasks.id')
    .where('tasks.id', '>=', firstIdAt(clock.now().getTime() - pastMs))
    .orderBy('tasks.id', 'desc')
    .limit(mostPast)
    .select('tasks.id', 'tasks.userId', 'tasks.createdAt', 'tasks.finishedAt', 'tasks.estimateSeconds')
    .select('attempts.assignedAt', 'attempts.startedAt', 'attempts.endedAt')
    .castTo<PastRow[]>();
  const tasks = [...Map.groupBy(rows, ({ id }) => id).values()].map(toPastTask);
  const lastTurnMs = new Map<string, number>();
  for (const { userId, attempts } of tasks)
    for (const { assignedAtMs } of attempts)
      lastTurnMs.set(userId, Math.max(lastTurnMs.get(userId) ?? 0, assignedAtMs));
  return createPlanMemory(replayService(tasks), lastTurnMs);
}

function toPastTask(rows: readonly PastRow[]): PastTask {
  const [task] = rows;
  if (!task) throw new RangeError('a group has rows');
  return {
    userId: task.userId,
    createdAtMs: task.createdAt.getTime(),
    endedAtMs: task.finishedAt?.getTime(),
    attempts: rows.flatMap(({ assignedAt, ...attempt }) =>
      assignedAt === null ? [] : [{ assignedAtMs: assignedAt.getTime(), seconds: secondsOf(attempt) }],
    ),
  };
}

/** An attempt that goes on takes what was expected; one that ended before its start took nothing. */
function secondsOf({
  startedAt,
  endedAt,
  estimateSeconds,
}: Pick<PastRow, 'startedAt' | 'endedAt' | 'estimateSeconds'>): number {
  if (endedAt === null) return estimateSeconds;
  return startedAt === null ? 0 : (endedAt.getTime() - startedAt.getTime()) / 1_000;
}
