import type { Task } from '../../../ground/db/models/task.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { createSlices, inSlices } from '../../../ground/runtime/inSlices.ts';
import type { Catalogue } from '../../../library/catalogue/catalogue.ts';
import { isReadable, needsKeyOf } from '../../../library/catalogue/namedChoices.ts';
import type { NewlyQueued } from '../../tasks/accepting/queuedNews.ts';
import type { ReadyTask } from '../planner/planInput.ts';
import type { Residency } from '../planner/residency.ts';
import { nameSet } from '../planner/setNames.ts';
import { createTaskIndex, type TaskIndex } from '../planner/taskIndex.ts';
import type { QueuedRow } from './queueWindow.ts';
import { findBackends, residencyOf } from './taskNeeds.ts';

/** A ready task, and the streams that its progress goes to. */
export interface QueuedTask extends ReadyTask {
  apiKeyId: string | null;
  /** Tasks with equal needs have equal keys. */
  needsKey: string;
}

interface Entry extends QueuedTask {
  notBeforeMs: number;
}

/** Of the tasks that share them, one of which has these params. */
interface Needs extends Pick<Task, 'workflowName' | 'workflowVersion' | 'params'> {
  residency: Residency;
  runsOn: ReadonlySet<string>;
  /** How many tasks share them. */
  tasks: number;
}

export interface KnownTasksDeps {
  catalogue: Pick<Catalogue, 'findWorkflow' | 'loadWorkflow' | 'backendsFor' | 'modelBytes'>;
  clock: Clock;
}

/** Tasks by id, and an index of those that may be assigned now. */
export function createKnownTasks({ catalogue, clock }: KnownTasksDeps) {
  const entries = new Map<string, Entry>();
  const needs = createSharedNeeds({ catalogue, clock });
  let index = createTaskIndex<QueuedTask>();
  /** The tasks that are not in the index yet. */
  const coming = new Set<Entry>();
  /** When tasks were moved to the front of the queue. */
  let frontSinceMs: ReadonlyMap<string, number> = new Map();

  function forget(id: string): void {
    const entry = entries.get(id);
    if (!entry) return;
    entries.delete(id);
    coming.delete(entry);
    index.remove(id);
    needs.leave(entry.needsKey);
  }

  /** A backend came or left: tasks with these needs belong elsewhere in the index. */
  function* move(moved: ReadonlyMap<string, ReadonlySet<string>>): Generator<undefined, void> {
    for (const entry of entries.values()) {
      const runsOn = moved.get(entry.needsKey);
      if (!runsOn) continue;
      index.remove(entry.id);
      entry.runsOn = runsOn;
      coming.add(entry);
      yield;
    }
  }

  function* takeIn(nowMs: number): Generator<undefined, void> {
    for (const entry of coming) {
      if (entry.notBeforeMs > nowMs) continue;
      coming.delete(entry);
      index.add(entry);
      yield;
    }
  }

  return {
    entries,
    forget,
    async keep(some: readonly { task: NewlyQueued; failedOn: ReadonlySet<string> }[]): Promise<void> {
      for (const { task, failedOn } of some) {
        await catalogue.loadWorkflow(task.workflowName, task.workflowVersion);
        forget(task.id);
        const facts = { ...toEntry(task, failedOn), movedAtMs: frontSinceMs.get(task.id) };
        const entry = { ...facts, ...(await needs.join(task)) };
        entries.set(task.id, entry);
        coming.add(entry);
      }
    },
    /** All others are in their lines. */
    noteMoved(next: ReadonlyMap<string, number>): void {
      for (const id of new Set([...frontSinceMs.keys(), ...next.keys()])) {
        const entry = entries.get(id);
        if (!entry || entry.movedAtMs === next.get(id)) continue;
        index.remove(id);
        coming.add(Object.assign(entry, { movedAtMs: next.get(id) }));
      }
      frontSinceMs = next;
    },
    /** The longest of its work is done in slices. */
    async index(): Promise<TaskIndex<QueuedTask>> {
      const moved = await needs.findMoved();
      if (moved.size > 0) await inSlices(clock, move(moved));
      await inSlices(clock, takeIn(clock.now().getTime()));
      return index;
    },
    /** Forgets all but these rows. @returns those that are not known yet. */
    async compare(rows: readonly QueuedRow[]): Promise<QueuedRow[]> {
      const unknown = await inSlices(clock, compare(entries, rows, forget));
      needs.prune();
      return unknown;
    },
    clear() {
      entries.clear();
      frontSinceMs = new Map();
      coming.clear();
      needs.clear();
      // A plan may still read the old one.
      index = createTaskIndex();
    },
  };
}

function* compare(
  entries: ReadonlyMap<string, Entry>,
  rows: readonly QueuedRow[],
  forget: (id: string) => void,
): Generator<undefined, QueuedRow[]> {
  const queued = new Set<string>();
  const unknown: QueuedRow[] = [];
  for (const row of rows) {
    queued.add(row.id);
    if (entries.get(row.id)?.attempt !== row.attempt) unknown.push(row);
    yield;
  }
  for (const id of entries.keys()) {
    if (!queued.has(id)) forget(id);
    yield;
  }
  return unknown;
}

/** The needs of tasks by key: their backends are looked for once for all tasks that share them. */
function createSharedNeeds({ catalogue, clock }: KnownTasksDeps) {
  const all = new Map<string, Needs>();
  return {
    async join(task: NewlyQueued): Promise<Pick<Entry, 'needsKey' | 'residency' | 'runsOn'>> {
      const needsKey = needsOf(catalogue, task);
      const { workflowName, workflowVersion, params } = task;
      const needs = all.get(needsKey) ?? {
        workflowName,
        workflowVersion,
        params,
        tasks: 0,
        residency: residencyOf(catalogue, task, await catalogue.modelBytes()),
        runsOn: await findBackends(catalogue, task),
      };
      needs.tasks += 1;
      all.set(needsKey, needs);
      return { needsKey, residency: needs.residency, runsOn: needs.runsOn };
    },
    leave(needsKey: string): void {
      const needs = all.get(needsKey);
      if (needs) needs.tasks -= 1;
    },
    /** @returns the backends of those that other backends can run now. */
    async findMoved(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
      const slices = createSlices(clock);
      const moved = new Map<string, ReadonlySet<string>>();
      for (const [key, needs] of all) {
        const runsOn = await findBackends(catalogue, needs);
        if (nameSet(runsOn) !== nameSet(needs.runsOn)) {
          needs.runsOn = runsOn;
          moved.set(key, runsOn);
        }
        if (slices.isOver()) await slices.next();
      }
      return moved;
    },
    prune(): void {
      for (const [key, { tasks }] of all) if (tasks === 0) all.delete(key);
    },
    clear: () => all.clear(),
  };
}

type Workflows = Pick<Catalogue, 'findWorkflow'>;

function needsOf(workflows: Workflows, task: NewlyQueued): string {
  const workflow = workflows.findWorkflow(task.workflowName, task.workflowVersion);
  if (!workflow) return `${task.workflowName} ${task.workflowVersion}`;
  // A task that cannot be read runs nowhere, and holds up no other: see `failLackingTasks`.
  return isReadable(workflow, task.params) ? needsKeyOf(workflow, task.params) : `unreadable ${task.id}`;
}

function toEntry(
  task: NewlyQueued,
  failedOn: ReadonlySet<string>,
): Omit<Entry, 'needsKey' | 'residency' | 'runsOn'> {
  return {
    id: task.id,
    attempt: task.attempt,
    userId: task.userId,
    apiKeyId: task.apiKeyId,
    lane: task.lane,
    workflowName: task.workflowName,
    workUnits: task.workUnits,
    estimateSeconds: task.estimateSeconds,
    createdAtMs: task.createdAt.getTime(),
    notBeforeMs: task.notBefore?.getTime() ?? 0,
    failedOn,
  };
}
