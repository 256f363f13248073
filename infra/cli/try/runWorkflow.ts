import { existsSync, openAsBlob } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, relative, resolve } from 'node:path';
import type { Writable } from 'node:stream';
import {
  type ApiClient,
  followTask,
  outcomeOf,
  type TaskProgress,
  type TaskView,
} from '@star-graph/client/index';
import { outcomeTexts } from '@star-graph/workflows/shared/outcomeTexts';
import { LaunchFailure } from '../../launcher/failure.ts';
import type { Display } from './display.ts';
import { checkOutput, stdoutName } from './outputTarget.ts';
import {
  describeMisnomer,
  describeOutput,
  planOutputFiles,
  type SavedFile,
  saveOutput,
  writeOutput,
} from './saveOutputs.ts';
import { TaskLeft } from './taskLeft.ts';

export interface WorkflowRun {
  workflow: string;
  /** Values by parameter; pictures and videos as paths of files. */
  values: Readonly<Record<string, unknown>>;
  /** Names of the parameters that are pictures or videos. */
  images: readonly string[];
  /** Where relative paths start. */
  dir: string;
  /** A file, or `-` for stdout. */
  output: string | undefined;
}

interface WorkflowResult {
  task: TaskView;
  files: SavedFile[];
  balanceBefore: number;
  balanceAfter: number;
}

interface RunDeps {
  client: ApiClient;
  display: Display;
  stdout: Writable;
  /** Cancels the task that runs. */
  signal: AbortSignal;
}

/**
 * Uploads the files, submits, says the price, shows how far it is, and saves the results.
 * @throws LaunchFailure, ClientProblem or Unreachable; when `signal` aborts, its reason, the task being cancelled;
 * TaskLeft with one of these as its cause when the task exists and does not end with us.
 */
export async function runWorkflow(deps: RunDeps, run: WorkflowRun): Promise<WorkflowResult> {
  const { client, display, signal } = deps;
  checkOutput(run);
  const body = { ...run.values };
  for (const name of run.images) {
    if (typeof body[name] === 'string')
      body[name] = await uploadImage(deps, resolve(run.dir, body[name]), name);
  }
  const { available: balanceBefore } = await client.getBalance({}, { signal });
  const submitted = await client.generate(run.workflow, body, { signal });
  display.say(`${run.workflow} ${describePrice(submitted, balanceBefore)}.`);
  const { pool } = await client.getStatus({}, { signal });
  if (pool.paused) display.say('The queue is paused by the operator: the task waits until it goes on.');
  const task = await showTask(deps, submitted);
  const note = noteOutcome(task);
  if (note !== undefined) display.say(note);
  try {
    const files = await saveOutputs(deps, run, task);
    const { available: balanceAfter } = await client.getBalance({}, { signal });
    display.say(`Balance: ${balanceBefore} before, ${balanceAfter} now.`);
    return { task, files, balanceBefore, balanceAfter };
  } catch (error) {
    throw new TaskLeft(task, error);
  }
}

async function saveOutputs(deps: RunDeps, run: WorkflowRun, task: TaskView): Promise<SavedFile[]> {
  const { display, signal, stdout } = deps;
  if (run.output === stdoutName) {
    for (const asset of task.outputs) await writeOutput(asset, stdout, signal);
    return [];
  }
  const name = `${run.workflow}-${task.id}`;
  const paths = planOutputFiles(task.outputs, { dir: run.dir, output: run.output, name });
  const files: SavedFile[] = [];
  for (const [index, asset] of task.outputs.entries()) {
    const path = paths[index] ?? '';
    const verb = existsSync(path) ? 'Replaced' : 'Saved';
    const saved = await saveOutput(asset, path, signal);
    files.push(saved);
    display.say(`${verb} ${relative(run.dir, path)} (${describeOutput(asset)}).`);
    const misnomer = describeMisnomer(path, asset);
    if (misnomer !== undefined) display.say(misnomer);
  }
  return files;
}

async function uploadImage(
  { client, display, signal }: RunDeps,
  path: string,
  param: string,
): Promise<string> {
  const file = await openFile(path);
  try {
    const asset = await client.uploadAsset(file, {
      signal,
      filename: basename(path),
      ...(param === 'mask' ? { purpose: 'mask' as const } : {}),
      onProgress: (sent, total) => display.show(total === 0 ? 100 : (sent * 100) / total, 'uploading'),
    });
    return asset.id;
  } finally {
    display.clear();
  }
}

async function openFile(path: string): Promise<Blob> {
  try {
    if (!(await stat(path)).isFile())
      throw new LaunchFailure(`${path} is no file. Give the file of a picture or a video.`);
    return await openAsBlob(path);
  } catch (cause) {
    if (cause instanceof LaunchFailure) throw cause;
    throw new LaunchFailure(`${path} cannot be read. Is the name right?`, { cause });
  }
}

/** The task once it has ended. */
async function showTask({ client, display, signal }: RunDeps, submitted: TaskView): Promise<TaskView> {
  try {
    return await followTask(client, submitted.id, {
      signal,
      onProgress: (progress) => display.show(progress.percent, describeProgress(progress)),
    });
  } catch (error) {
    if (!signal.aborted) throw new TaskLeft(submitted, error);
    // The person no longer waits for the result: the part that was not computed is paid back.
    const cancelled = await client.cancelTask({ params: { id: submitted.id } });
    display.clear();
    display.say(describeCharge(cancelled));
    throw error;
  } finally {
    display.clear();
  }
}

/** Known once it is accepted: a quote does not say whether there is a result already. */
const describePrice = ({ cached, cost }: TaskView, balance: number): string =>
  cached ? 'is free, from the cache' : `costs ${countCredits(cost)} of your ${balance}`;

const describeCharge = ({ charged = 0, cost }: TaskView): string =>
  charged === 0
    ? `${countCredits(cost)} came back.`
    : `What was computed cost ${charged} of ${countCredits(cost)}; the rest came back.`;

const countCredits = (count: number): string => `${count} ${count === 1 ? 'credit' : 'credits'}`;

/** What must be said of the results beside where they are. @throws LaunchFailure where there is none. */
export function noteOutcome(task: TaskView): string | undefined {
  const outcome = outcomeOf(task);
  switch (outcome.kind) {
    case 'result':
      return outcome.withheld > 0 ? outcomeTexts.moreWithheld.en(outcome.withheld) : undefined;
    case 'withheld':
    case 'deleted':
      throw new LaunchFailure(`${outcomeTexts[outcome.kind].en} It cost ${countCredits(outcome.paid)}.`);
    case 'failed': {
      const reason = outcome.error?.detail ?? 'The platform gives no reason.';
      throw new LaunchFailure(`The task failed. ${reason} ${describeCharge(task)}`);
    }
    case 'cancelled':
      throw new LaunchFailure(`The task was cancelled. ${describeCharge(task)}`);
    case 'open':
      throw new LaunchFailure(`The task is still ${describeStatus(task.status)}.`);
  }
}

/** A few words beside the bar. */
function describeProgress(progress: TaskProgress): string {
  const { status, queuePosition, step, steps, etaSeconds, cancelCost } = progress;
  const words = [describeStatus(status)];
  if (queuePosition !== undefined && status !== 'running') words.push(`${queuePosition} before it`);
  if (step !== undefined && steps !== undefined) words.push(`step ${step} of ${steps}`);
  if (etaSeconds !== undefined && etaSeconds >= 1) words.push(`about ${Math.round(etaSeconds)} s left`);
  if (cancelCost !== undefined && status === 'running') words.push(`Ctrl-C costs ${cancelCost}`);
  return words.join(', ');
}

function describeStatus(status: TaskView['status']): string {
  if (status === 'assigned') return 'has a GPU server';
  return status === 'queued' ? 'waiting' : status;
}
