import { openAsBlob } from 'node:fs';
import { basename, relative, resolve } from 'node:path';
import type { ApiClient } from '@star-graph/api/client/client';
import { watchTask } from '@star-graph/api/client/watchTask';
import type { TaskView } from '@star-graph/api/contract/tasks';
import { LaunchFailure } from '../failure.ts';
import type { Display } from './display.ts';
import { planOutputFiles, type SavedFile, saveOutput } from './saveOutputs.ts';
import { advanceProgress, describeProgress, waiting } from './taskProgress.ts';

export interface WorkflowRun {
  workflow: string;
  /** Values by parameter; pictures as paths of files. */
  values: Readonly<Record<string, unknown>>;
  /** Names of the parameters that are pictures. */
  images: readonly string[];
  /** Where relative paths start. */
  dir: string;
  output: string | undefined;
}

export interface WorkflowResult {
  task: TaskView;
  files: SavedFile[];
  balanceBefore: number;
  balanceAfter: number;
}

interface RunDeps {
  client: ApiClient;
  display: Display;
  /** Cancels the task that runs. */
  signal: AbortSignal;
}

/**
 * Uploads the pictures, submits, says the price, shows how far it is, and saves the results.
 * @throws LaunchFailure, ClientProblem or Unreachable; when `signal` aborts, its reason, the task being cancelled.
 */
export async function runWorkflow(deps: RunDeps, run: WorkflowRun): Promise<WorkflowResult> {
  const { client, display, signal } = deps;
  const body = { ...run.values };
  for (const name of run.images) {
    if (typeof body[name] === 'string') body[name] = await uploadImage(deps, resolve(run.dir, body[name]));
  }
  const { available: balanceBefore } = await client.getBalance({}, { signal });
  const submitted = await client.generate(run.workflow, body, { signal });
  display.say(`${run.workflow} ${describePrice(submitted, balanceBefore)}.`);
  const task = await followTask(deps, submitted);
  if (task.status !== 'succeeded') {
    throw new LaunchFailure(`The task was ${task.status}. ${task.error?.detail ?? ''}`.trim());
  }
  const name = `${run.workflow}-${task.id}`;
  const paths = planOutputFiles(task.outputs, { dir: run.dir, output: run.output, name });
  const files: SavedFile[] = [];
  for (const [index, asset] of task.outputs.entries()) {
    const saved = await saveOutput(asset, paths[index] ?? '', signal);
    files.push(saved);
    display.say(
      `Saved ${relative(run.dir, saved.path)} (${asset.width} × ${asset.height}, ${formatBytes(asset.bytes)}).`,
    );
  }
  const { available: balanceAfter } = await client.getBalance({}, { signal });
  display.say(`Balance: ${balanceBefore} before, ${balanceAfter} now.`);
  return { task, files, balanceBefore, balanceAfter };
}

async function uploadImage({ client, display, signal }: RunDeps, path: string): Promise<string> {
  const file = await openFile(path);
  try {
    const asset = await client.uploadAsset(file, {
      signal,
      filename: basename(path),
      onProgress: (sent, total) => display.show(total === 0 ? 100 : (sent * 100) / total, 'uploading'),
    });
    return asset.id;
  } finally {
    display.clear();
  }
}

async function openFile(path: string): Promise<Blob> {
  try {
    return await openAsBlob(path);
  } catch (cause) {
    throw new LaunchFailure(`${path} cannot be read. Is the name right?`, { cause });
  }
}

/** The task once it has ended. */
async function followTask(deps: RunDeps, submitted: TaskView): Promise<TaskView> {
  const { client, display, signal } = deps;
  let progress = waiting;
  try {
    for await (const event of watchTask(client.deps, submitted.id, { signal })) {
      progress = advanceProgress(progress, event);
      display.show(progress.percent, describeProgress(progress));
    }
  } catch (error) {
    // Nobody waits for the result any more: the credits go back.
    if (signal.aborted) await client.cancelTask({ params: { id: submitted.id } });
    throw error;
  } finally {
    display.clear();
  }
  return client.getTask({ params: { id: submitted.id } }, { signal });
}

/** Known once it is accepted: a quote does not say whether there is a result already. */
const describePrice = ({ cached, cost }: TaskView, balance: number): string =>
  cached ? 'is free, from the cache' : `costs ${countCredits(cost)} of your ${balance}`;

const countCredits = (count: number): string => `${count} ${count === 1 ? 'credit' : 'credits'}`;

function formatBytes(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
