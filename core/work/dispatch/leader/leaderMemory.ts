import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Database } from '../../../ground/db/connect.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import type { Catalogue } from '../../../library/catalogue/catalogue.ts';
import { parseQueued } from '../../tasks/accepting/queuedNews.ts';
import type { Assigned, AssignedRow } from '../../tasks/assignTasks.ts';
import type { PlannedAssignment } from '../planner/plan.ts';
import type { Residency } from '../planner/residency.ts';
import type { QueuedTask } from './knownTasks.ts';
import { createPersonPolicies, type PersonPolicies } from './personPolicies.ts';
import { createPoolMemory, type PoolMemory } from './poolRows.ts';
import { createReadyTasks, type ReadyTasks } from './readyTasks.ts';
import { type PlansSoFar, rememberPlans } from './rememberPlans.ts';

/** What a leader plans with, between two reads of the rows. A new leader begins with the rows. */
export interface LeaderMemory {
  ready: ReadyTasks;
  pool: PoolMemory;
  plans: PlansSoFar;
  policies: PersonPolicies;
  /** What each assigned task needs resident, by the task's id. */
  residencies: Pick<LRUCache<string, Residency>, 'get'>;
  /** @param news the new task, or the attempt that has completed; without it the rows are read */
  hear(what: 'tasks' | 'slots', news: unknown): void;
  noteTried(made: Assigned<PlannedAssignment>): void;
  /** @param task as it was planned */
  noteAssigned(assignment: PlannedAssignment & AssignedRow, task: QueuedTask | undefined): void;
  /** It is not known what was written. */
  doubt(): void;
  /** Another dispatcher may lead from now on. */
  forget(): void;
}

interface LeaderMemoryDeps {
  database: Database;
  clock: Clock;
  catalogue: Catalogue;
}

const attemptSchema = z.object({ taskId: z.string(), attempt: z.number() });

export function createLeaderMemory(deps: LeaderMemoryDeps): LeaderMemory {
  const ready = createReadyTasks(deps);
  const pool = createPoolMemory(deps);
  const plans = rememberPlans(deps);
  const residencies = new LRUCache<string, Residency>({ max: 10_000 });
  return {
    ready,
    pool,
    plans,
    policies: createPersonPolicies(deps),
    residencies,
    hear(what, news) {
      const task = what === 'tasks' ? parseQueued(news) : undefined;
      const attempt = what === 'slots' ? attemptSchema.safeParse(news).data : undefined;
      if (task) ready.add(task);
      else if (attempt) pool.free(attempt);
      else if (what === 'tasks') ready.doubt();
      else pool.doubt();
    },
    noteTried({ tried, done }) {
      for (const { taskId } of tried) ready.remove(taskId);
      if (done.length < tried.length) pool.doubt();
    },
    noteAssigned({ backendId, slot, attempt, expectedSeconds, task: row }, task) {
      pool.take({ ...row, backendId, slot, attempt, taskId: row.id, startedAt: null, recalledAt: null });
      if (!task) return;
      plans.charge(task.userId, expectedSeconds);
      residencies.set(task.id, task.residency);
    },
    doubt() {
      pool.doubt();
      ready.doubt();
    },
    forget() {
      plans.forget();
      pool.doubt();
      ready.clear();
    },
  };
}
