import { createHash, randomUUID } from 'node:crypto';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import { isTerminal } from '@star-graph/workflows/shared/taskStatuses';
import type { Cluster } from '../cluster/cluster.ts';
import { createMoments, type Moments } from '../moments.ts';
import { perform } from '../strike.ts';
import { checkTrial, listTasks } from './checkTrial.ts';
import { createHistory, type Struck, type TrialHistory } from './history.ts';
import { cancelTask, createPerson, type Person, readTask, requestTask } from './person.ts';
import type { PlannedTask, TrialPlan } from './plan.ts';
import { followBySse } from './sseFollower.ts';
import { createStompFollower, type StompFollower } from './stompFollower.ts';

export interface TrialResult {
  plan: TrialPlan;
  /** The person whose tasks these were. */
  userId: string;
  history: TrialHistory;
  /** Sentences; none of a green trial. */
  violations: string[];
  /** How many tasks ended in each state. */
  ends: Record<string, number>;
  seconds: number;
}

interface Deps {
  clock: Clock;
  cluster: Cluster;
  /** What tasks with an input start from. */
  picture: Blob;
}

interface Trial extends Deps {
  plan: TrialPlan;
  history: TrialHistory;
  person: Person;
  stomp: StompFollower;
  moments: Moments;
  /** Aborts when the trial's time is over. */
  signal: AbortSignal;
}

/** From the first request until every task has ended, in the worst of cases. */
const longestMs = 120_000;
/** From then until no work is left and every client is informed. */
const settleMs = 45_000;
const lookEveryMs = 100;

/** Runs one plan against the platform and checks the results. */
export async function runTrial(deps: Deps, plan: TrialPlan): Promise<TrialResult> {
  const startedAtMs = deps.clock.monotonicMs();
  const history = createHistory();
  const over = new AbortController();
  const base = { ...deps, plan, history, signal: over.signal };
  const person = await createPerson(base, deps.picture);
  const stomp = createStompFollower({ ...deps, history, person });
  const moments = createMoments({ clock: deps.clock, db: deps.cluster.db }, person.userId);
  const trial: Trial = { ...base, person, stomp, moments };
  const timeUp = setTimeout(() => over.abort(new Error('the time of the trial is over')), longestMs);
  const violations: string[] = [];
  const followers: Promise<void>[] = [];
  try {
    await pursue(trial, followers);
  } catch (error) {
    violations.push(error instanceof Error ? error.message : String(error));
  }
  clearTimeout(timeUp);
  await heal(deps.cluster);
  await untilSettled(trial);
  over.abort(new Error('the trial is over'));
  await stomp.stop();
  await Promise.allSettled(followers);
  const check = { cluster: deps.cluster, plan, history, userId: person.userId };
  violations.push(...(await checkTrial(check)), ...(await checkShown(trial)));
  for (const backend of deps.cluster.backends) await backend.clearHistory();
  const ends = countEnds(await listTasks(deps.cluster.db, person.userId));
  return {
    plan,
    userId: person.userId,
    history,
    violations,
    ends,
    seconds: (deps.clock.monotonicMs() - startedAtMs) / 1_000,
  };
}

/** Does all that the plan contains and waits until every task has ended. */
async function pursue(trial: Trial, followers: Promise<void>[]): Promise<void> {
  const { plan, moments, clock, history } = trial;
  const ended = new AbortController();
  const startedAtMs = clock.monotonicMs();
  const striking = plan.strikes.map(async (planned): Promise<void> => {
    const struck: Struck = { planned, atMs: undefined, targets: [] };
    history.struck.push(struck);
    const arrival = await moments.reach(planned.moment);
    if (!arrival) return;
    struck.atMs = clock.monotonicMs() - startedAtMs;
    Object.assign(struck, await perform({ ...trial, ended: ended.signal }, planned.strike, arrival));
  });
  try {
    await Promise.all(plan.tasks.map((task, index) => request(trial, task, index, followers)));
    await untilEnded(trial);
  } finally {
    // Moments that have not come are not awaited; begun strikes are completed.
    await moments.stop();
    ended.abort();
    await Promise.all(striking);
  }
}

/** A planned task with its twins, its cancellation and its follower. */
async function request(
  trial: Trial,
  task: PlannedTask,
  index: number,
  followers: Promise<void>[],
): Promise<void> {
  const { clock, history, person, signal, stomp } = trial;
  const key = randomUUID();
  await clock.sleep(task.atMs, signal);
  let gapMs = 0;
  const twins = task.twinGapsMs.map(async (nextGapMs, twin) => {
    gapMs += nextGapMs;
    await clock.sleep(gapMs, signal);
    const api = (task.api + twin) % 2 === 0 ? 0 : 1;
    const taskId =
      task.door === 'stomp'
        ? await stomp.request(task, key)
        : await requestTask(trial, person, task, { key, api });
    if (taskId !== undefined) history.acceptances.push({ index, taskId });
    return taskId;
  });
  const taskId = await twins[0];
  if (taskId !== undefined) {
    if (task.isFollowed) {
      const following = followBySse(trial, taskId, task.api);
      // Judged by what it saw, once the trial is over.
      following.catch(() => undefined);
      followers.push(following);
    }
    if (task.cancelAfterMs !== undefined) {
      await clock.sleep(task.cancelAfterMs, signal);
      await cancelTask(trial, person, taskId, task.api === 0 ? 1 : 0);
    }
  }
  await Promise.all(twins);
}

async function untilEnded({ cluster, person, clock, signal }: Trial): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    // The database may be what a strike has hit.
    const tasks = await listTasks(cluster.db, person.userId).catch(() => undefined);
    if (tasks?.every(({ status }) => isTerminal(status))) return;
    await clock.sleep(lookEveryMs, signal);
  }
}

/** Every process runs and reaches the stores, nothing is armed. */
async function heal({ stores: { processes }, apis, dispatchers, backends }: Cluster): Promise<void> {
  for (const { gates } of [...apis, ...dispatchers])
    for (const gate of Object.values(gates)) {
      gate.restore();
      gate.endSilent();
    }
  for (const stores of [[...processes], [...backends], [...dispatchers, ...apis]]) {
    for (const one of stores) one.resume();
    await Promise.all(stores.map((one) => one.start()));
  }
  await Promise.all(backends.map((backend) => backend.order({ disarm: 'all', sockets: 'release' })));
}

/** Gives up silently at the end: the checks report better what is not settled. */
async function untilSettled(trial: Trial): Promise<void> {
  const { clock } = trial;
  const deadlineMs = clock.monotonicMs() + settleMs;
  while (!(await isSettled(trial)) && clock.monotonicMs() < deadlineMs) await clock.sleep(lookEveryMs);
}

async function isSettled({ cluster, history, person, plan }: Trial): Promise<boolean> {
  const { db } = cluster;
  const tasks = await listTasks(db, person.userId);
  const indexes = new Map(history.acceptances.map(({ taskId, index }) => [taskId, index]));
  const isKnown = tasks.every(({ id }) => {
    const told = history.sightings.filter(({ taskId }) => taskId === id);
    const isFollowed = plan.tasks[indexes.get(id) ?? -1]?.isFollowed;
    return told.some(({ via }) => via === 'stomp') && (!isFollowed || told.some(({ via }) => via === 'sse'));
  });
  if (!isKnown) return false;
  const [slot, attempt, event] = await Promise.all([
    db('slots').first('taskId'),
    db('attempts').whereNot({ state: 'ended' }).first('taskId'),
    db('outbox').whereNull('sentAt').first('id'),
  ]);
  if (slot || attempt || event) return false;
  const records = await Promise.all(cluster.backends.map((backend) => backend.read()));
  return records.every(({ held }) => held.length === 0);
}

/** The API's final answer about each task. */
async function checkShown(trial: Trial): Promise<string[]> {
  const { cluster, history, person, plan } = trial;
  const indexes = new Map(history.acceptances.map(({ taskId, index }) => [taskId, index]));
  const faults: string[] = [];
  for (const { id, status } of await listTasks(cluster.db, person.userId)) {
    const planned = plan.tasks[indexes.get(id) ?? -1];
    if (!planned) continue;
    const answer = await readTask({ ...trial, signal: AbortSignal.timeout(settleMs) }, person, id);
    if (answer.status === 200) faults.push(...(await checkOutputs(planned, status, answer.body)));
    else faults.push(`task ${id} is shown as HTTP ${answer.status}`);
  }
  return faults;
}

function countEnds(tasks: readonly { status: string; cached: boolean }[]): Record<string, number> {
  const ends: Record<string, number> = {};
  for (const { status, cached } of tasks) {
    const end = cached ? 'cached' : status;
    ends[end] = (ends[end] ?? 0) + 1;
  }
  return ends;
}

interface TaskBody {
  id: string;
  status: string;
  outputs: { url: string; sha256: string; bytes: number }[];
}

const fetchMs = 10_000;

/** Checks the API's final view of a task: its state, and every output with exactly the promised bytes. */
async function checkOutputs(
  planned: TrialPlan['tasks'][number],
  expectedStatus: string,
  body: unknown,
): Promise<string[]> {
  const { id, status, outputs } = body as TaskBody;
  const faults: string[] = [];
  if (status !== expectedStatus)
    faults.push(`the API shows task ${id} as ${status}; it is ${expectedStatus}`);
  const count = expectedStatus === 'succeeded' ? Number(planned.params.count ?? 1) : 0;
  if (outputs.length !== count) faults.push(`task ${id} has ${outputs.length} outputs instead of ${count}`);
  for (const { url, sha256, bytes } of outputs) {
    const response = await fetch(url, { signal: AbortSignal.timeout(fetchMs) });
    const content = Buffer.from(await response.arrayBuffer());
    const digest = createHash('sha256').update(content).digest('hex');
    if (response.status !== 200 || digest !== sha256 || content.length !== bytes)
      faults.push(
        `an output of task ${id} is not what was stored: HTTP ${response.status}, ${content.length} bytes`,
      );
  }
  return faults;
}
