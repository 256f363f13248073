import type { ApiClient } from '@star-graph/api/client/client';
import { ClientProblem } from '@star-graph/api/client/clientProblem';
import type { EventOf } from '@star-graph/api/contract/events';
import type { TaskView } from '@star-graph/api/contract/tasks';
import type { AcquiredPicture } from '../acquire/acquiredPicture.ts';
import { acquirePicture } from '../acquire/acquirePicture.ts';
import type { FoundPicture } from '../page/protocol.ts';
import { LocalProblem, presentProblem, type ShownProblem } from '../problem.ts';
import { isEnded, isLocal, type Run, type RunProgress } from '../runs/run.ts';
import { findRun, listRuns, removeRuns, updateRun } from '../runs/runStore.ts';
import { findClient } from '../session/session.ts';
import { readSettings } from '../storedItems.ts';
import type { Hub } from './hub.ts';
import { createPageFrame } from './pageFrame.ts';
import type { ResultFile } from './resultParts.ts';

export interface RunnerDeps {
  hub: Pick<Hub, 'tellRun' | 'tellFrame' | 'hasFrame' | 'tellPanels'>;
  /** The last progress of each run, for pages that come later. */
  progress: Map<string, RunProgress>;
  /** By run, what the page showed when the person chose it, until it is read. A later worker looks there again. */
  found: Map<string, FoundPicture>;
  /** Runs that this worker brings forward right now; another worker's are gone with it. */
  active: Set<string>;
  /** By run, the file of a result that is on its way to its page. */
  results: Map<string, ResultFile>;
  /** Ends of tasks that were told before their number was known here, while something is being submitted. */
  early: Map<string, EndEvent>;
  /** Sees to it that events of tasks arrive. */
  follow(): void;
  /** Called once for each run that ended. */
  onEnd(run: Run): Promise<void>;
}

export type EndEvent = EventOf<'task_completed' | 'task_failed' | 'task_cancelled'>;

/** Thrown inside a run that ended meanwhile, by the person. */
class RunEnded extends Error {}

/** Brings a run from wherever it stands to its task, or to the question whether it shall have one. */
export async function advanceRun(
  deps: RunnerDeps,
  runId: string,
  permission: Promise<unknown> = Promise.resolve(),
): Promise<void> {
  if (deps.active.has(runId)) return;
  deps.active.add(runId);
  try {
    const run = await findRun(runId);
    if (!run || isEnded(run) || run.taskId !== undefined) return;
    const client = await requireClient();
    const uploaded = run.inputAssetId ? run : await uploadPicture(deps, client, run, permission);
    if (uploaded.isAsked) await quoteRun(deps, client, uploaded);
    else if (await isAgreed(deps, client, uploaded)) await submitRun(deps, client, uploaded);
  } catch (error) {
    if (!(error instanceof RunEnded)) await failRun(deps, runId, error);
  } finally {
    deps.active.delete(runId);
    deps.found.delete(runId);
    if (deps.active.size === 0) deps.early.clear();
  }
}

async function requireClient(): Promise<ApiClient> {
  const client = await findClient();
  if (!client) throw new LocalProblem('signed-out');
  return client;
}

/** Stores a step and shows it. @throws RunEnded */
export async function changeRun(deps: RunnerDeps, runId: string, change: Partial<Run>): Promise<Run> {
  const run = await updateRun(runId, (current) => (isEnded(current) ? undefined : { ...current, ...change }));
  if (!run) throw new RunEnded();
  deps.hub.tellRun(run, deps.progress.get(runId));
  return run;
}

async function uploadPicture(
  deps: RunnerDeps,
  client: ApiClient,
  run: Run,
  permission: Promise<unknown>,
): Promise<Run> {
  await changeRun(deps, run.id, { state: 'reading' });
  await permission;
  const picture = await readPicture(deps, run);
  await changeRun(deps, run.id, {
    state: 'uploading',
    notes: picture.notes,
    isExposable: picture.isExposable,
  });
  const asset = await client.uploadAsset(picture.file, { filename: run.fileName });
  return await changeRun(deps, run.id, { inputAssetId: asset.id });
}

/** The picture that the person chose, whatever the page shows there by now. */
async function readPicture(deps: RunnerDeps, run: Run): Promise<AcquiredPicture> {
  if (!run.place) throw new LocalProblem('page-closed');
  const { tabId, frameId, elementId, srcUrl } = run.place;
  const frame = createPageFrame(tabId, frameId);
  const [shown] = await frame.ask({ kind: 'find', search: { by: 'element', elementId } });
  const picture = deps.found.get(run.id) ?? shown;
  if (!picture) throw new LocalProblem('image-not-found');
  const isChosen = srcUrl === '' || picture.urls.includes(srcUrl);
  return await acquirePicture({
    picture: isChosen ? preferShown(picture, run) : { ...picture, urls: [srcUrl] },
    isShown: isChosen && shown?.shownUrl === picture.shownUrl,
    frame,
    work: workOf(run),
    svgLongestSidePx: (await readSettings()).svgLongestSidePx,
  });
}

/** To be repainted is what the person saw; only enlarging profits from the largest candidate. */
const preferShown = (picture: FoundPicture, run: Run): FoundPicture =>
  run.workflow === 'upscale' || picture.shownUrl === ''
    ? picture
    : { ...picture, urls: [picture.shownUrl, ...picture.urls.filter((url) => url !== picture.shownUrl)] };

export const workOf = (run: Run): { workflow: string; scale?: number } => ({
  workflow: run.workflow,
  ...(typeof run.params.scale === 'number' ? { scale: run.params.scale } : {}),
});

const bodyOf = (run: Run): Record<string, unknown> => ({
  ...run.params,
  image: run.inputAssetId,
  meta: {
    ...(run.sourceUrl && run.sourceUrl.length <= 2_000 ? { sourceUrl: run.sourceUrl } : {}),
    ...(run.parentId ? { parentId: run.parentId } : {}),
  },
});

/** A form's run waits for its values; others for a yes to their price. */
async function quoteRun(deps: RunnerDeps, client: ApiClient, run: Run): Promise<void> {
  const isPriced = run.batchId !== undefined || run.available !== undefined;
  const cost = isPriced ? (await client.quote<string>(run.workflow, bodyOf(run))).cost : undefined;
  await changeRun(deps, run.id, { state: 'quoted', cost });
}

/** Whether the price is low or no higher than the person said yes to. If not they are asked, or told that it is too high. */
async function isAgreed(deps: RunnerDeps, client: ApiClient, run: Run): Promise<boolean> {
  await changeRun(deps, run.id, { state: 'submitting' });
  const { askAboveCredits } = await readSettings();
  const { cost } = await client.quote<string>(run.workflow, bodyOf(run));
  if (cost <= Math.max(askAboveCredits, run.agreedCost ?? 0)) return true;
  const { available } = await client.getBalance();
  if (cost <= available) await changeRun(deps, run.id, { state: 'quoted', isAsked: true, cost, available });
  else {
    const problem: ShownProblem = { code: 'insufficient-credits' };
    await endRun(deps, run.id, { state: 'failed', problem, isAsked: false, cost, available });
  }
  return false;
}

export async function submitRun(deps: RunnerDeps, client: ApiClient, run: Run): Promise<void> {
  await changeRun(deps, run.id, { state: 'submitting', isAsked: false });
  deps.follow();
  const task = await client.generate<string>(run.workflow, bodyOf(run), { idempotencyKey: run.taskKey });
  try {
    await changeRun(deps, run.id, { state: 'waiting', taskId: task.id, cost: task.cost });
  } catch (error) {
    // Cancelled while the server said yes: it must hear of it too.
    if (error instanceof RunEnded) await client.cancelTask({ params: { id: task.id } });
    throw error;
  }
  await applyTask(deps, run.id, task);
  const end = deps.early.get(task.id);
  if (end) await applyEnd(deps, run.id, end);
}

/** Takes over what an event says of the end of a task. */
export async function applyEnd(deps: RunnerDeps, runId: string, event: EndEvent): Promise<void> {
  switch (event.type) {
    case 'task_completed':
      return await endRun(deps, runId, {
        state: 'succeeded',
        cost: event.data.cost,
        outputAssetId: event.data.outputs[0]?.id,
      });
    case 'task_failed': {
      const { code, message } = new ClientProblem(event.data.error);
      return await endRun(deps, runId, { state: 'failed', problem: { code, detail: message } });
    }
    case 'task_cancelled':
      return await endRun(deps, runId, { state: 'cancelled', charged: event.data.charged ?? 0 });
  }
}

/** Takes over what the server says of a task. */
export async function applyTask(deps: RunnerDeps, runId: string, task: TaskView): Promise<void> {
  if (task.status === 'succeeded') {
    await endRun(deps, runId, {
      state: 'succeeded',
      cost: task.cost,
      outputAssetId: task.outputs[0]?.id,
    });
  } else if (task.status === 'failed') {
    const problem: ShownProblem = task.error
      ? { code: new ClientProblem(task.error).code, detail: task.error.detail }
      : { code: 'generation-failed' };
    await endRun(deps, runId, { state: 'failed', problem });
  } else if (task.status === 'cancelled')
    await endRun(deps, runId, { state: 'cancelled', charged: task.charged ?? 0 });
  else {
    const { preview: _, ...progress } = task.progress;
    deps.progress.set(runId, progress);
    const state = task.status === 'running' ? 'running' : 'waiting';
    const run = await updateRun(runId, (current) => (isEnded(current) ? undefined : { ...current, state }));
    if (run) deps.hub.tellRun(run, progress);
  }
}

export async function endRun(deps: RunnerDeps, runId: string, end: Partial<Run>): Promise<void> {
  const run = await updateRun(runId, (current) => (isEnded(current) ? undefined : { ...current, ...end }));
  // Heard already, by another event or a look.
  if (!run) return;
  deps.progress.delete(runId);
  deps.hub.tellRun(run);
  await deps.onEnd(run);
}

async function failRun(deps: RunnerDeps, runId: string, error: unknown): Promise<void> {
  await endRun(deps, runId, { state: 'failed', problem: presentProblem(error) });
}

/** Ends the run at once here; the server's task is cancelled too and what was not computed is paid back. */
export async function cancelRun(deps: RunnerDeps, run: Run): Promise<void> {
  if (run.taskId === undefined) return await endRun(deps, run.id, { state: 'cancelled' });
  try {
    const client = await requireClient();
    await applyTask(deps, run.id, await client.cancelTask({ params: { id: run.taskId } }));
  } catch (error) {
    // Finished a moment before: the event of its end is on the way. Anything else is said, and the run goes on.
    const problem = presentProblem(error);
    if (problem.code !== 'task-finished') deps.hub.tellRun({ ...run, problem }, deps.progress.get(run.id));
  }
}

/**
 * The account is another, or none. What was not sent ends, for the next person would pay for it; what is a task goes on
 * without us, and its picture says so. Nothing that is kept names a task or an upload of the old account: a new try
 * starts from the picture.
 */
export async function leaveAccount(deps: RunnerDeps): Promise<void> {
  for (const run of await listRuns()) {
    if (isLocal(run)) await endRun(deps, run.id, { state: 'cancelled' });
    const left = await updateRun(run.id, (current) => {
      const { taskId: _task, inputAssetId: _input, originalAssetId: _original, ...rest } = current;
      const { outputAssetId: _output, ...kept } = rest;
      if (isEnded(current)) return kept;
      // Its picture says so; beyond that there is nothing to tell of it.
      return { ...kept, state: 'failed', problem: { code: 'account-left' }, isDelivered: true };
    });
    if (left?.problem?.code === 'account-left') deps.hub.tellRun(left);
    deps.progress.delete(run.id);
  }
  // Nothing can be asked of those any more: neither the result nor another one of it.
  await removeRuns((run) => run.state === 'succeeded');
}

/** The same picture and values once more, as a new task, at once or after a yes. The upload is used again. */
export async function retryRun(deps: RunnerDeps, runId: string, { isAsked = false } = {}): Promise<void> {
  const run = await updateRun(runId, (current) => {
    if (current.state !== 'failed' && current.state !== 'cancelled') return undefined;
    const { problem, taskId: _taskId, isDelivered: _delivered, charged: _charged, ...kept } = current;
    // The server may have taken the lost request: under its old key it is not taken twice.
    const isLost = problem?.code === 'unreachable' && current.taskId === undefined;
    const taskKey = isLost ? current.taskKey : crypto.randomUUID();
    return { ...kept, state: 'reading', taskKey, isAsked: isAsked || kept.isAsked };
  });
  if (!run) return;
  deps.hub.tellRun(run);
  await advanceRun(deps, run.id);
}
