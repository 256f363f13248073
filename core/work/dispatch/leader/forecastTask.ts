import type { Clock } from '../../../ground/runtime/clock.ts';
import { newId } from '../../../ground/runtime/ids.ts';
import { inSlices } from '../../../ground/runtime/inSlices.ts';
import type { Catalogue } from '../../../library/catalogue/catalogue.ts';
import type { ModelBytes } from '../../../library/catalogue/modelBytes.ts';
import type { QuotedTask } from '../../tasks/accepting/quoteTask.ts';
import type { QueueReader } from '../../tasks/queueState.ts';
import type { PlanReader, PublishedPlan } from '../leader/publishedPlan.ts';
import { residencyOf } from '../leader/taskNeeds.ts';
import { longestWaitMs } from '../planner/fairShare.ts';
import { listHeldBack } from '../planner/heldSlots.ts';
import { startPlan } from '../planner/plan.ts';
import type { OpenBackend, PlanInput, ReadyTask } from '../planner/planInput.ts';
import { createResidency, sizedFor } from '../planner/residency.ts';
import { createTaskIndex } from '../planner/taskIndex.ts';

/** When a task that came now would be ready. */
interface TaskForecast {
  /** Its place: 1 is next. Undefined when nothing is known of a plan. */
  queuePosition: number | undefined;
  /** Until its result; undefined also when no backend takes it now, or the queue is paused. */
  etaSeconds: number | undefined;
}

interface Deps {
  clock: Pick<Clock, 'monotonicMs'>;
  plans: PlanReader;
  queue: Pick<QueueReader, 'readPaused'>;
  catalogue: Pick<Catalogue, 'backendsFor' | 'findWorkflow' | 'modelBytes'>;
}

/** Plans the published queue once more, with this task as the newest: the answer is the planner's own. */
export async function forecastTask(
  { plans, queue, catalogue, clock }: Deps,
  userId: string,
  { workflow, params, lane, workUnits, estimateSeconds }: QuotedTask,
): Promise<TaskForecast> {
  const [published, isPaused, runsOn, modelBytes] = await Promise.all([
    plans.read(),
    queue.readPaused(),
    catalogue.backendsFor(workflow, params),
    catalogue.modelBytes(),
  ]);
  if (!published) return { queuePosition: undefined, etaSeconds: undefined };
  const { name: workflowName, version: workflowVersion } = workflow;
  const input = toPlanInput(published, modelBytes);
  const task: ReadyTask = {
    id: newId(),
    attempt: 0,
    userId,
    lane,
    workflowName,
    workUnits,
    estimateSeconds,
    createdAtMs: input.nowMs,
    runsOn,
    failedOn: new Set(),
    residency: residencyOf(catalogue, { workflowName, workflowVersion, params }, modelBytes),
  };
  const { queuePosition, etaSeconds } = await forecast(clock, published, input, task);
  return { queuePosition, etaSeconds: isPaused ? undefined : etaSeconds };
}

async function forecast(
  clock: Deps['clock'],
  published: PublishedPlan,
  input: PlanInput,
  task: ReadyTask,
): Promise<TaskForecast> {
  const { assignments, waiting } = startPlan(
    { ...input, servedSeconds: lift(input, task.userId), lastEstimate: task.id },
    createTaskIndex([...input.ready, task]),
  );
  const places = [...assignments, ...(await inSlices(clock, waiting))];
  const index = places.findIndex(({ taskId }) => taskId === task.id);
  const known = input.ready.filter(({ userId }) => userId === task.userId).length;
  const isCut = (published.people.find(({ userId }) => userId === task.userId)?.queued ?? 0) > known;
  if (index >= 0 && !isCut)
    return { queuePosition: published.unbegun + index + 1, etaSeconds: places[index]?.etaSeconds };
  // Behind the last of the tasks that were planned for: the rest of the queue is expected to move at their pace.
  const lastSeconds = published.tasks.findLast(({ etaSeconds }) => etaSeconds !== undefined)?.etaSeconds;
  const perTask = lastSeconds === undefined ? undefined : lastSeconds / published.tasks.length;
  return {
    queuePosition: published.unbegun + published.queued + 1,
    etaSeconds: perTask && Math.ceil(perTask * (published.queued + 1)),
  };
}

/** The counter of a person who comes back is raised to the lowest of those who wait and are not held back. */
function lift(input: PlanInput, userId: string): ReadonlyMap<string, number> {
  const { ready, servedSeconds } = input;
  const people = new Set(ready.map((task) => task.userId));
  if (people.has(userId)) return servedSeconds;
  const heldBack = listHeldBack(input, people);
  const waiting = [...people].filter((one) => !heldBack.has(one)).map((one) => servedSeconds.get(one) ?? 0);
  const least = waiting.length === 0 ? 0 : Math.min(...waiting);
  return new Map(servedSeconds).set(userId, Math.max(servedSeconds.get(userId) ?? 0, least));
}

/** The plan's input as it is by now: running work has gone on since. */
export function toPlanInput(published: PublishedPlan, modelBytes: ModelBytes): PlanInput {
  const sets = published.sets.map((set) => new Set(set));
  const residencies = published.models.map((models) => createResidency(models, modelBytes));
  const { ageMs, nowMs, people, wantedSinceMs } = published;
  const ready = published.tasks.map(({ task, runsOn, models, failedOn }) => ({
    ...task,
    runsOn: sets[runsOn] ?? new Set<string>(),
    failedOn: new Set(failedOn),
    residency: residencies[models] ?? createResidency([]),
  }));
  return {
    ready,
    backends: published.backends.map((backend) => toOpenBackend(backend, ageMs, modelBytes)),
    nowMs: nowMs + ageMs,
    servedSeconds: new Map(people.map(({ userId, seconds }) => [userId, seconds])),
    ...listPolicies(published),
    longestWaitMs,
    firstSinceMs: new Map(
      published.tasks.flatMap(({ task: { id }, firstSinceMs }) =>
        firstSinceMs === undefined ? [] : [[id, firstSinceMs]],
      ),
    ),
    wantedSinceMs: new Map(wantedSinceMs),
    estimates: ready.length + 1,
  };
}

/** The policies of those people whose policy is not the default. */
function listPolicies({
  people,
  ageMs,
}: Pick<PublishedPlan, 'people' | 'ageMs'>): Required<Pick<PlanInput, 'policies' | 'heldSeconds'>> {
  const limited = people.filter(({ simultaneousTasks }) => simultaneousTasks !== null);
  const set = people.filter(({ weight }) => weight !== 1).concat(limited);
  return {
    policies: new Map(
      set.map(({ userId, weight, simultaneousTasks }) => [userId, { weight, simultaneousTasks }]),
    ),
    heldSeconds: new Map(
      limited.map(({ userId, heldSeconds }) => [
        userId,
        heldSeconds.map((seconds) => Math.max(0, seconds - ageMs / 1_000)),
      ]),
    ),
  };
}

const toOpenBackend = (
  { models, secondsPerUnit, outstandingSeconds, ...facts }: PublishedPlan['backends'][number],
  ageMs: number,
  modelBytes: ModelBytes,
): OpenBackend => ({
  ...facts,
  bytes: modelBytes.on?.(facts.id),
  outstandingSeconds: Math.max(0, outstandingSeconds - ageMs / 1_000),
  residency:
    models === null
      ? undefined
      : sizedFor(createResidency(models, modelBytes, facts.keptBytes > 0), modelBytes.on?.(facts.id)),
  secondsPerUnit: new Map(secondsPerUnit),
  unbegun: [],
});
