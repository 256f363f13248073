import { lanes } from '@star-graph/workflows';
import { z } from 'zod';
import type { Redis } from '../../../ground/redis/createRedis.ts';
import { lostMessages } from '../../../ground/redis/lostMessages.ts';
import { planKey } from '../../../ground/redis/redisKeys.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { createFreshView } from '../../../ground/runtime/freshView.ts';
import { pickRules } from '../planner/pickTask.ts';
import type { Plan } from '../planner/plan.ts';
import type { PlanFacts } from '../planner/planInput.ts';
import type { TaskIndex } from '../planner/taskIndex.ts';

/** A task's place in the plan. */
const place = z.object({
  task: z.object({
    id: z.string(),
    userId: z.string(),
    lane: z.enum(lanes),
    attempt: z.number(),
    workflowName: z.string(),
    workUnits: z.number(),
    estimateSeconds: z.number(),
    createdAtMs: z.number(),
    movedAtMs: z.number().optional(),
  }),
  firstSinceMs: z.number().optional(),
  /** Their places in `sets` and `models`. */
  runsOn: z.number(),
  models: z.number(),
  failedOn: z.array(z.string()).optional(),
  etaSeconds: z.number().optional(),
  backendId: z.string().optional(),
  rule: z.enum(pickRules).optional(),
  /** It was given to the backend. */
  isAssigned: z.boolean(),
});

/** Somebody with tasks in the queue or in slots, or who was served lately. */
const person = z.object({
  userId: z.string(),
  /** GPU-seconds divided by the person's weight. */
  seconds: z.number(),
  queued: z.number(),
  /** What follows is left out where it is not limited, and by earlier versions. */
  weight: z.number().default(1),
  simultaneousTasks: z.number().nullable().default(null),
  /** Expected seconds until each of their slots is free. */
  heldSeconds: z.array(z.number()).default([]),
});

const planned = z.object({
  nowMs: z.number(),
  /** All that wait in the queue, also those that are left out here. */
  queued: z.number(),
  /** How many tasks wait on a backend. */
  unbegun: z.number(),
  backends: z.array(
    z.object({
      id: z.string(),
      freeSlots: z.array(z.union([z.literal(0), z.literal(1)])),
      isBusy: z.boolean(),
      outstandingSeconds: z.number(),
      models: z.array(z.string()).nullable(),
      loadFactor: z.number(),
      /** Earlier versions do not write it. */
      keptBytes: z.number().default(0),
      weight: z.number(),
      secondsPerUnit: z.array(z.tuple([z.string(), z.number()])),
      /** Earlier versions do not write these two. */
      lacksGpu: z.boolean().default(false),
      isGuess: z.boolean().default(false),
      holdsLong: z.boolean(),
    }),
  ),
  /** Of backends that can run the same tasks. */
  sets: z.array(z.array(z.string())),
  /** That tasks leave loaded. */
  models: z.array(z.array(z.string())),
  /** The next ones, in the order of the plan. */
  tasks: z.array(place),
  /** First those who wait; of either the least served first. */
  people: z.array(person),
  wantedSinceMs: z.array(z.tuple([z.string(), z.number()])),
});

export type PlannedPlace = z.output<typeof place>;

/** What the leader planned last. */
export interface PublishedPlan extends z.output<typeof planned> {
  /** How old it is. */
  ageMs: number;
}

export interface PlanReader {
  /** Undefined when no leader planned within ten seconds, or Redis is away. Never rejects. */
  read(): Promise<PublishedPlan | undefined>;
}

/** What the planner was told. */
interface PlannedInput extends Omit<PlanFacts, 'longestWaitMs' | 'estimates' | 'lastEstimate'> {
  /** The index of ready tasks as it was at that moment. */
  ready: Pick<TaskIndex, 'size' | 'people' | 'find'>;
}

/** Publishes a plan of the whole queue. Never throws and never waits. */
export type PublishPlan = (input: PlannedInput, plan: Pick<Plan, 'assignments' | 'waiting'>) => void;

export const nothingPlanned = { assignments: [], waiting: [] };

/** Of a paused queue: the order is known, and nobody knows when it goes on. */
export const withoutTimes = ({ assignments, waiting }: Plan): Plan => ({
  assignments: [],
  recalls: [],
  waiting: [...assignments, ...waiting].map(({ taskId }, index) => ({
    taskId,
    queuePosition: index + 1,
    etaSeconds: undefined,
    backendId: undefined,
    rule: undefined,
  })),
});

/** The leader publishes this often, and a plan that was not replaced for so long is none. */
const intervalMs = 2_000;
const lifeMs = 10_000;
/** For how long a process believes what it read. */
const readLifeMs = 1_000;
const mostPeople = 2_000;

interface Deps {
  redis: Redis;
  prefix: string;
  clock: Pick<Clock, 'monotonicMs'>;
}

export function createPlanPublisher({ redis, prefix, clock }: Deps): PublishPlan {
  let publishedAtMs = Number.NEGATIVE_INFINITY;
  return (input, plan) => {
    if (clock.monotonicMs() - publishedAtMs < intervalMs) return;
    publishedAtMs = clock.monotonicMs();
    redis
      .set(planKey(prefix), JSON.stringify(describePlan(input, plan)), 'PX', lifeMs)
      .catch(() => lostMessages.inc({ message: 'plan' }));
  };
}

export function createPlanReader({ redis, prefix, clock }: Deps): PlanReader {
  async function readNow(): Promise<PublishedPlan | undefined> {
    try {
      const [text, leftMs] = await Promise.all([redis.get(planKey(prefix)), redis.pttl(planKey(prefix))]);
      // Its age by the clock of Redis: those of machines differ.
      const ageMs = Math.max(0, lifeMs - leftMs);
      return text === null ? undefined : { ...planned.parse(JSON.parse(text)), ageMs };
    } catch {
      // Without Redis there is none; during an upgrade another version may have written it.
      lostMessages.inc({ message: 'plan' });
      return undefined;
    }
  }
  const view = createFreshView({ clock }, readLifeMs, readNow);
  return {
    async read() {
      const plan = await view.read();
      return plan && { ...plan, ageMs: plan.ageMs + view.ageMs() };
    },
  };
}

/** The tasks that got an estimate, and what the planner was told about the rest. */
function describePlan(
  input: PlannedInput,
  plan: Pick<Plan, 'assignments' | 'waiting'>,
): z.input<typeof planned> {
  const sets = createList();
  const models = createList();
  const assigned = plan.assignments.length;
  const tasks = [...plan.assignments, ...plan.waiting].flatMap((one, index) => {
    const { taskId, etaSeconds, backendId, rule } = one;
    const task = input.ready.find(taskId);
    if (!task) return [];
    const { id, userId, lane, attempt, workflowName, workUnits, estimateSeconds, createdAtMs, movedAtMs } =
      task;
    return [
      {
        task: { id, userId, lane, attempt, workflowName, workUnits, estimateSeconds, createdAtMs, movedAtMs },
        firstSinceMs: input.firstSinceMs?.get(taskId),
        runsOn: sets.place(task.runsOn, () => [...task.runsOn]),
        models: models.place(task.residency.key, () => [...task.residency.models.keys()]),
        ...(task.failedOn.size > 0 ? { failedOn: [...task.failedOn] } : {}),
        etaSeconds,
        backendId,
        rule,
        isAssigned: index < assigned,
      },
    ];
  });
  return {
    nowMs: input.nowMs,
    queued: input.ready.size,
    unbegun: input.backends.reduce((sum, { unbegun }) => sum + unbegun.length, 0),
    backends: input.backends.map(({ residency, secondsPerUnit, unbegun: _, bytes: _bytes, ...facts }) => ({
      ...facts,
      freeSlots: [...facts.freeSlots],
      models: residency ? [...residency.models.keys()] : null,
      secondsPerUnit: [...secondsPerUnit],
    })),
    sets: sets.all,
    models: models.all,
    tasks,
    people: listPeople(input),
    wantedSinceMs: [...(input.wantedSinceMs ?? [])],
  };
}

function listPeople(input: PlannedInput): z.input<typeof person>[] {
  const { ready, servedSeconds, policies } = input;
  const limited = policies?.keys() ?? [];
  const people = [...new Set([...ready.people.keys(), ...servedSeconds.keys(), ...limited])].map(
    (userId) => ({
      userId,
      seconds: servedSeconds.get(userId) ?? 0,
      queued: ready.people.get(userId) ?? 0,
      ...describePolicy(input, userId),
    }),
  );
  return people
    .sort((a, b) => Number(b.queued > 0) - Number(a.queued > 0) || a.seconds - b.seconds)
    .slice(0, mostPeople);
}

function describePolicy({ policies, heldSeconds }: PlannedInput, userId: string) {
  const policy = policies?.get(userId);
  if (!policy) return {};
  const { weight, simultaneousTasks } = policy;
  if (simultaneousTasks === null) return { weight };
  return { weight, simultaneousTasks, heldSeconds: [...(heldSeconds?.get(userId) ?? [])] };
}

/** Each value once: many tasks share theirs. */
function createList() {
  const places = new Map<unknown, number>();
  const all: string[][] = [];
  return {
    all,
    place(key: unknown, describe: () => string[]): number {
      const known = places.get(key);
      if (known !== undefined) return known;
      places.set(key, all.length);
      return all.push(describe()) - 1;
    },
  };
}
