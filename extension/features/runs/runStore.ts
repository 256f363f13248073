import { isEnded, type Run } from './run.ts';
import { runsItem } from './storedRuns.ts';

const lockName = 'star-graph-runs';
/** Ended runs are history that the server keeps; here a few serve the pages that still show them. */
const endedRunsKept = 100;

export const listRuns = async (): Promise<Run[]> => Object.values(await runsItem.getValue());

export const findRun = async (id: string): Promise<Run | undefined> => (await runsItem.getValue())[id];

export const findRunOfTask = async (taskId: string): Promise<Run | undefined> =>
  (await listRuns()).find((run) => run.taskId === taskId && !run.joined);

/** The run that decides: the one that this run joined, or the run itself. */
export const findLead = async (run: Run): Promise<Run> => (run.joined && (await findRun(run.joined))) || run;

export const listJoined = async (lead: Run): Promise<Run[]> =>
  lead.isLead ? (await listRuns()).filter(({ joined }) => joined === lead.id) : [];

/**
 * Changes the current state of one run, and of those that joined it. Of an ended run only the delivery can still
 * change. @returns the run afterwards; undefined when there is none or the change was declined.
 */
export async function updateRun(id: string, change: (run: Run) => Run | undefined): Promise<Run | undefined> {
  return await navigator.locks.request(lockName, async () => {
    const runs = await runsItem.getValue();
    const run = runs[id];
    const changed = run && change(run);
    if (!changed) return undefined;
    await runsItem.setValue({ ...runs, ...changeJoined(Object.values(runs), changed), [id]: changed });
    return changed;
  });
}

/** Open runs that joined this one go its way. If it ends without a task, the first of them leads the others. */
function changeJoined(runs: readonly Run[], lead: Run): Record<string, Run> {
  const joined = lead.isLead ? runs.filter((run) => run.joined === lead.id && !isEnded(run)) : [];
  const [heir, ...others] = joined;
  if (!heir || !isEnded(lead) || lead.taskId !== undefined)
    return toRecord(joined.map((run) => follow(run, lead)));
  const { joined: _, ...next } = heir;
  return toRecord([
    { ...next, state: 'reading', isLead: true },
    ...others.map((run): Run => ({ ...run, state: 'reading', joined: heir.id })),
  ]);
}

function follow(run: Run, lead: Run): Run {
  const { state, isAsked, inputAssetId, cost, available, sharedCredits, agreedCost, charged } = lead;
  const { taskId, outputAssetId, problem } = lead;
  const asked = { state, isAsked, inputAssetId, cost, available, sharedCredits, agreedCost, charged };
  return { ...run, ...asked, taskId, outputAssetId, problem };
}

/** Joins the run to an open one with the same wish: one task for both. @returns it; undefined where there is none */
export async function joinOpen(id: string): Promise<Run | undefined> {
  return await navigator.locks.request(lockName, async () => {
    const runs = await runsItem.getValue();
    const run = runs[id];
    if (!run?.wish || isEnded(run)) return undefined;
    const lead = Object.values(runs).find(
      (one) => one.id !== id && one.wish === run.wish && !one.joined && !isEnded(one),
    );
    if (!lead) return undefined;
    const joined: Run = { ...follow(run, lead), joined: lead.id };
    await runsItem.setValue({ ...runs, [lead.id]: { ...lead, isLead: true }, [id]: joined });
    return joined;
  });
}

const toRecord = (runs: readonly Run[]): Record<string, Run> =>
  Object.fromEntries(runs.map((run) => [run.id, run]));

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
    await runsItem.setValue(toRecord(kept));
    return undefined;
  });
}

export async function removeRuns(isRemoved: (run: Run) => boolean): Promise<void> {
  await navigator.locks.request(lockName, async () => {
    const runs = Object.values(await runsItem.getValue());
    await runsItem.setValue(toRecord(runs.filter((run) => !isRemoved(run))));
  });
}
