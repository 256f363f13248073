import type { Database } from '../../../ground/db/connect.ts';
import { Task } from '../../../ground/db/models/task.ts';
import type { Role } from '../../../ground/db/models/user.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { firstIdAt } from '../../../ground/runtime/ids.ts';
import { listRolePolicies, readWeights } from '../../../money/quotas/rolePolicies.ts';
import type { PeopleFacts } from '../planner/heldSlots.ts';
import { createPlanMemory, type PlanMemory } from '../planner/planMemory.ts';
import { type PastTask, replayService } from '../planner/serviceCounters.ts';
import type { TaskIndex } from '../planner/taskIndex.ts';

/** Service from before that hardly matters for the order now. */
const pastMs = 60 * 60_000;
const mostPast = 20_000;

interface PastRow {
  id: string;
  userId: string;
  role: Role;
  createdAt: Date;
  finishedAt: Date | null;
  estimateSeconds: number;
  assignedAt: Date | null;
  startedAt: Date | null;
  endedAt: Date | null;
  ranMs: number | null;
}

interface Deps {
  database: Database;
  clock: Pick<Clock, 'now'>;
}

/** The memory of a leader's plans. Plans of earlier leaders are read from their rows. */
export interface PlansSoFar {
  /** Tells what waits now, as `PlanMemory` is told. */
  see(ready: TaskIndex, people?: PeopleFacts): Promise<ReturnType<PlanMemory['see']>>;
  charge: PlanMemory['charge'];
  /** Another dispatcher may lead from now on. */
  forget(): void;
}

export function rememberPlans(deps: Deps): PlansSoFar {
  let memory: PlanMemory | undefined;
  return {
    async see(ready, people) {
      const known = memory ?? (await readMemory(deps));
      memory = known;
      return known.see(ready, deps.clock.now().getTime(), people);
    },
    charge: (userId, seconds) => memory?.charge(userId, seconds),
    forget() {
      memory = undefined;
    },
  };
}

async function readMemory({ database, clock }: Deps): Promise<PlanMemory> {
  const since = new Date(clock.now().getTime() - pastMs);
  const [policies, weightAt] = await Promise.all([listRolePolicies(database), readWeights(database, since)]);
  const rows = await Task.query(database)
    .join('users', 'users.id', 'tasks.userId')
    .leftJoin('attempts', 'attempts.taskId', 'tasks.id')
    .where('tasks.id', '>=', firstIdAt(since.getTime()))
    .orderBy('tasks.id', 'desc')
    .limit(mostPast)
    .select('tasks.id', 'tasks.userId', 'tasks.createdAt', 'tasks.finishedAt', 'tasks.estimateSeconds')
    .select('users.role', 'attempts.assignedAt', 'attempts.startedAt', 'attempts.endedAt', 'attempts.ranMs')
    .castTo<PastRow[]>();
  const tasks = [...Map.groupBy(rows, ({ id }) => id).values()].map((some) => toPastTask(some, weightAt));
  const mostByRole = new Map(policies.map(({ role, simultaneousTasks }) => [role, simultaneousTasks]));
  const mostByPerson = new Map(rows.map(({ userId, role }) => [userId, mostByRole.get(role)]));
  const mostOf = (userId: string) => mostByPerson.get(userId) ?? Number.POSITIVE_INFINITY;
  return createPlanMemory(replayService(tasks, mostOf), listLastTurns(tasks, mostOf));
}

function toPastTask(rows: readonly PastRow[], weightAt: Awaited<ReturnType<typeof readWeights>>): PastTask {
  const [task] = rows;
  if (!task) throw new RangeError('a group has rows');
  return {
    userId: task.userId,
    createdAtMs: task.createdAt.getTime(),
    endedAtMs: task.finishedAt?.getTime(),
    attempts: rows.flatMap(({ assignedAt, role, ...attempt }) => {
      if (assignedAt === null) return [];
      const seconds = secondsOf(attempt) / weightAt(role, assignedAt);
      return [{ assignedAtMs: assignedAt.getTime(), endedAtMs: attempt.endedAt?.getTime(), seconds }];
    }),
  };
}

/** When each person was given a task last, or could be given one again. */
function listLastTurns(tasks: readonly PastTask[], mostOf: (userId: string) => number): Map<string, number> {
  const changes = tasks.flatMap(({ userId, attempts }) =>
    attempts.flatMap(({ assignedAtMs, endedAtMs }) => [
      { userId, atMs: assignedAtMs, held: 1 },
      ...(endedAtMs === undefined ? [] : [{ userId, atMs: endedAtMs, held: -1 }]),
    ]),
  );
  const held = new Map<string, number>();
  const turns = new Map<string, number>();
  for (const { userId, atMs, held: change } of changes.sort((a, b) => a.atMs - b.atMs)) {
    const before = held.get(userId) ?? 0;
    held.set(userId, before + change);
    if (change > 0 || before >= mostOf(userId)) turns.set(userId, atMs);
  }
  return turns;
}

/** An attempt that goes on takes what was expected; one that ended before its start took nothing. */
function secondsOf({
  startedAt,
  endedAt,
  ranMs,
  estimateSeconds,
}: Pick<PastRow, 'startedAt' | 'endedAt' | 'ranMs' | 'estimateSeconds'>): number {
  if (endedAt === null) return estimateSeconds;
  if (ranMs !== null) return ranMs / 1_000;
  return startedAt === null ? 0 : (endedAt.getTime() - startedAt.getTime()) / 1_000;
}
