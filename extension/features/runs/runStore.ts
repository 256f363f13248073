import { isEnded, type Run } from './run.ts';
import { runsItem } from './storedRuns.ts';

const lockName = 'star-graph-runs';
/** Ended runs are history that the server keeps; here a few serve the pages that still show them. */
const endedRunsKept = 100;

export const listRuns = async (): Promise<Run[]> => Object.values(await runsItem.getValue());

export const findRun = async (id: string): Promise<Run | undefined> => (await runsItem.getValue())[id];

export const findRunOfTask = async (taskId: string): Promise<Run | undefined> =>
  (await listRuns()).find((run) => run.taskId === taskId);

/**
 * Changes the current state of one run. Of an ended run only the delivery can still change. @returns the run
 * afterwards; undefined when there is none or the change was declined.
 */
export async function updateRun(id: string, change: (run: Run) => Run | undefined): Promise<Run | undefined> {
  return await navigator.locks.request(lockName, async () => {
    const runs = await runsItem.getValue();
    const run = runs[id];
    const changed = run && change(run);
    if (!changed) return undefined;
    await runsItem.setValue({ ...runs, [id]: changed });
    return changed;
  });
}

/** Adds a run, and forgets the oldest of those that ended. */
export async function addRun(run: Run): Promise<void> {
  await addRunUnless(run, () => false);
}

/** Adds the run unless there is one of that kind. @returns the other one */
export async function addRunUnless(run: Run, isOther: (run: Run) => boolean): Promise<Run | undefined> {
  return await navigator.locks.request(lockName, async () => {
    const runs = Object.values(await runsItem.getValue());
    const other = runs.find(isOther);
    if (other) return other;
    const ended = runs.filter(isEnded).sort((left, right) => right.createdAtMs - left.createdAtMs);
    const kept = [...runs.filter((one) => !isEnded(one)), ...ended.slice(0, endedRunsKept), run];
    await runsItem.setValue(Object.fromEntries(kept.map((one) => [one.id, one])));
    return undefined;
  });
}

export async function removeRuns(isRemoved: (run: Run) => boolean): Promise<void> {
  await navigator.locks.request(lockName, async () => {
    const runs = Object.values(await runsItem.getValue());
    await runsItem.setValue(
      Object.fromEntries(runs.filter((run) => !isRemoved(run)).map((run) => [run.id, run])),
    );
  });
}
