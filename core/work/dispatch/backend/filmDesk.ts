import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, extname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type FilmPlan, filmClass } from '@star-graph/workflows/filmEdit';
import type { Graph } from '@star-graph/workflows/graph/graph';
import { parseInventory } from '../../../comfy/answers/inventory.ts';
import {
  type ComfyClient,
  ComfyFault,
  type ExecutionEvent,
  type ExecutionFailure,
  type HistoryEntry,
  type InputImage,
  type Outcome,
  type OutputFile,
  type OutputStream,
} from '../../../comfy/comfy.ts';
import { isInputName } from '../../../comfy/inputFiles.ts';
import { filmDeskDevice } from '../../../ground/db/models/backend.ts';
import { invariant } from '../../../ground/errors.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { newId } from '../../../ground/runtime/ids.ts';
import { untilAborted } from '../../../ground/runtime/untilAborted.ts';
import { hasErrorCode } from '../../../ground/storage/storageProblems.ts';
import { cutFilm } from '../../../media/videos/cutFilm.ts';
import { runTool, ToolOverdue, ToolRefusal } from '../../../media/videos/runTool.ts';

interface Job {
  promptId: string;
  graph: Graph;
  stop: AbortController;
  /** `expected`: it is followed, and was not posted yet. */
  state: 'expected' | 'pending' | 'running' | 'finished';
  onEvent: (event: ExecutionEvent) => void;
  result: Promise<Outcome>;
  end(outcome: Outcome): void;
  outcome?: Outcome;
}

/** Those that ended before have been collected: a backend has two slots. */
const mostFinished = 4;
/** An input comes a moment before the prompt that names it. */
const inputLifeMs = 600_000;

const inventory = parseInventory({
  [filmClass]: {
    input: { required: { plan: ['STRING', {}], filename_prefix: ['STRING', {}] } },
    output: [],
    output_node: true,
  },
});

/** Where a desk keeps its files: of this owner alone, as another one may still write into its own. */
interface Place {
  clock: Pick<Clock, 'monotonicMs' | 'now'>;
  root: string;
  inputs: string;
  outputs: string;
  /** The inputs, with when they came. */
  uploadedAtMs: Map<string, number>;
  closed: AbortController;
}

/** The prompts of a desk, which runs them one after the other. */
function createJobs(place: Place) {
  const jobs = new Map<string, Job>();
  let working: Promise<void> | undefined;
  const listed = (state: Job['state']): Job[] => [...jobs.values()].filter((job) => job.state === state);

  function finish(job: Job, outcome: Outcome): void {
    job.state = 'finished';
    job.outcome = outcome;
    job.end(outcome);
  }

  async function runAll(): Promise<void> {
    for (let [next] = listed('pending'); next && !place.closed.signal.aborted; [next] = listed('pending')) {
      next.state = 'running';
      next.onEvent({ type: 'started' });
      finish(next, await runJob(place, next));
      for (const old of listed('finished').slice(0, -mostFinished)) {
        jobs.delete(old.promptId);
        await dropOutputs(place, old);
      }
      await dropInputs(place, listed('pending'));
    }
  }

  return {
    listed,
    find: (promptId: string): Job | undefined => jobs.get(promptId),
    expect(promptId: string, graph: Graph): Job {
      const known = jobs.get(promptId);
      if (known) return known;
      const { promise: result, resolve: end } = Promise.withResolvers<Outcome>();
      const stop = new AbortController();
      const job: Job = { promptId, graph, stop, state: 'expected', onEvent: () => undefined, result, end };
      jobs.set(promptId, job);
      return job;
    },
    begin(job: Job): void {
      if (job.state === 'expected') job.state = 'pending';
      working ??= runAll().finally(() => {
        working = undefined;
      });
    },
    forget(job: Job): void {
      if (job.state === 'expected') jobs.delete(job.promptId);
    },
    cancel(job: Job): void {
      if (job.state === 'pending') finish(job, { kind: 'interrupted' });
      job.stop.abort(new Error('the edit was cancelled'));
    },
    ended: async () => working,
  };
}

type Jobs = ReturnType<typeof createJobs>;

async function runJob(place: Place, job: Job): Promise<Outcome> {
  const workplace = join(place.root, job.promptId);
  const signal = AbortSignal.any([job.stop.signal, place.closed.signal]);
  let percent = 0;
  try {
    const files = await cutFilm(planOf(job.graph), {
      inputs: place.inputs,
      workplace,
      signal,
      onProgress(share) {
        percent = Math.max(percent, Math.floor(share * 100));
        job.onEvent({ type: 'progress', percent });
      },
    });
    const outputs = await Promise.all(files.map((file, at) => keepOutput(place, job, file, at)));
    return { kind: 'succeeded', outputs };
  } catch (error) {
    if (signal.aborted) return { kind: 'interrupted' };
    return { kind: 'failed', failure: explainFailure(error) };
  } finally {
    await rm(workplace, { recursive: true, force: true });
  }
}

async function keepOutput(
  { outputs }: Place,
  { promptId }: Job,
  file: string,
  at: number,
): Promise<OutputFile> {
  const filename = `${promptId}-${at}${extname(file)}`;
  await mkdir(outputs, { recursive: true });
  await rename(file, join(outputs, filename));
  const isFilm = ['.mp4', '.webm'].includes(extname(file));
  return {
    nodeId: '1',
    filename,
    subfolder: '',
    type: 'output',
    media: isFilm ? 'video' : 'image',
    isAnimated: extname(file) !== '.png',
  };
}

const outputsOf = ({ outcome }: Job): OutputFile[] => (outcome?.kind === 'succeeded' ? outcome.outputs : []);

async function dropOutputs({ outputs }: Place, job: Job): Promise<void> {
  for (const { filename } of outputsOf(job)) await rm(join(outputs, filename), { force: true });
}

async function dropInputs({ clock, inputs, uploadedAtMs }: Place, waiting: readonly Job[]): Promise<void> {
  const named = new Set(waiting.flatMap(({ graph }) => planOf(graph).parts.map(({ file }) => file)));
  for (const [name, atMs] of uploadedAtMs) {
    if (named.has(name) || clock.monotonicMs() - atMs <= inputLifeMs) continue;
    uploadedAtMs.delete(name);
    await rm(join(inputs, name), { force: true });
  }
}

/**
 * A backend within the dispatcher that owns it, which cuts films by ffmpeg: so an edit has all that a task on a GPU
 * server has, and takes none of their slots. Its prompts end with its owner, as those of a server that is started anew; the
 * next owner finds them forgotten, and they run again.
 */
export function createFilmDesk({ clock }: Pick<Place, 'clock'>, directory: string): ComfyClient {
  const name = rootName();
  openRoots.add(name);
  const root = join(directory, name);
  const place: Place = {
    clock,
    root,
    inputs: join(root, 'inputs'),
    outputs: join(root, 'outputs'),
    uploadedAtMs: new Map(),
    closed: new AbortController(),
  };
  const jobs = createJobs(place);
  let tool: Promise<void> | undefined;
  return {
    connect: async () => undefined,
    async close() {
      place.closed.abort(new DOMException('The film desk is closed.', 'AbortError'));
      await jobs.ended();
      await rm(root, { recursive: true, force: true });
      openRoots.delete(name);
    },
    async probe() {
      tool ??= prepareDesk(place, directory).catch((error: unknown) => {
        tool = undefined;
        throw error;
      });
      await tool;
      return {
        version: undefined,
        devices: [{ name: filmDeskDevice, type: 'cpu', vramTotalBytes: 0, vramFreeBytes: 0 }],
        ramTotalBytes: 0,
        ramFreeBytes: 0,
        maxUploadBytes: undefined,
        keptResults: 0,
        previewMethod: undefined,
        hasJobsApi: true,
      };
    },
    inventory: async () => inventory,
    upload: (image, signal) => keepInput(place, image, signal),
    async post(promptId, graph) {
      jobs.begin(jobs.expect(promptId, graph));
      return { kind: 'accepted' };
    },
    async queue() {
      const items = (state: Job['state']) =>
        jobs.listed(state).map(({ promptId }, number) => ({ promptId, number, clientId: undefined }));
      return { running: items('running'), pending: items('pending') };
    },
    history: async (promptId) => presentEnd(jobs.find(promptId)),
    async locate(promptId) {
      const { state = 'expected' } = jobs.find(promptId) ?? {};
      return state === 'expected' ? 'absent' : state;
    },
    follow: (execution, onEvent, signal) => followJob(place, jobs, execution, onEvent, signal),
    async cancel(promptId) {
      const job = jobs.find(promptId);
      if (job) jobs.cancel(job);
    },
    fetchOutput: ({ filename }, { maxBytes }) => openOutput(place, filename, maxBytes),
    free: async () => undefined,
    explain: () => 'ffmpeg cannot be started where the dispatcher runs: install it there.',
  };
}

function presentEnd(job: Job | undefined): HistoryEntry | undefined {
  if (!job?.outcome) return undefined;
  const { promptId, outcome } = job;
  const outputs = outputsOf(job);
  if (outcome.kind === 'failed')
    return { promptId, result: { kind: 'failed', failure: outcome.failure }, outputs };
  return { promptId, result: { kind: outcome.kind === 'succeeded' ? 'succeeded' : 'interrupted' }, outputs };
}

async function followJob(
  { closed }: Place,
  jobs: Jobs,
  { promptId, graph, alreadyPosted = false }: Parameters<ComfyClient['follow']>[0],
  onEvent: Job['onEvent'],
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  if (alreadyPosted && !jobs.find(promptId)) return { kind: 'forgotten' };
  const job = jobs.expect(promptId, graph);
  job.onEvent = onEvent;
  const gone = AbortSignal.any([closed.signal, ...(signal ? [signal] : [])]);
  try {
    return await untilAborted(gone, () => job.result);
  } finally {
    job.onEvent = () => undefined;
    jobs.forget(job);
  }
}

async function keepInput(
  { clock, inputs, uploadedAtMs }: Place,
  { bytes, name }: InputImage,
  signal: AbortSignal | undefined,
): Promise<string> {
  invariant(isInputName(name), 'an input is named by its hash');
  await mkdir(inputs, { recursive: true });
  const blob = bytes instanceof Blob ? bytes : new Blob([bytes]);
  const part = join(inputs, newId());
  const written = createWriteStream(part);
  await pipeline(Readable.from(blob.stream()), written, ...(signal ? [{ signal }] : []));
  await rename(part, join(inputs, name));
  uploadedAtMs.set(name, clock.monotonicMs());
  return name;
}

async function openOutput({ outputs }: Place, filename: string, maxBytes: number): Promise<OutputStream> {
  const path = join(outputs, basename(filename));
  const { size } = await stat(path).catch((error: unknown) => {
    throw hasErrorCode(error, 'ENOENT') ? new ComfyFault('file-gone', filename) : error;
  });
  if (size > maxBytes) throw new ComfyFault('too-large', `${size} bytes`);
  return { stream: createReadStream(path), bytes: size, mime: undefined };
}

// Written by the workflow of this very program, for its only class.
const planOf = (graph: Graph): FilmPlan => JSON.parse(String(graph['1']?.inputs.plan)) as FilmPlan;

/** Of the desks of this process. */
const openRoots = new Set<string>();
const rootName = () => `films-${hostname()}-${process.pid}-${newId()}`;
/** What an owner on another machine has left. One that lives writes every day, or has nothing to lose. */
const leftAfterMs = 86_400_000;

/** Whether it is what an owner left here that was killed. */
function isLeftHere(name: string): boolean {
  const [, host, pid] = /^films-(.+)-(\d+)-[0-9a-f-]{36}$/.exec(name) ?? [];
  if (host !== hostname() || openRoots.has(name)) return false;
  return Number(pid) === process.pid || !isRunning(Number(pid));
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return !hasErrorCode(error, 'ESRCH');
  }
}

async function prepareDesk({ clock, closed: { signal } }: Place, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const name of (await readdir(directory)).filter((one) => one.startsWith('films-'))) {
    const { mtimeMs } = await stat(join(directory, name));
    if (isLeftHere(name) || clock.now().getTime() - mtimeMs > leftAfterMs)
      await rm(join(directory, name), { recursive: true, force: true });
  }
  try {
    await runTool('ffmpeg', ['-version'], { timeoutMs: 20_000, signal });
  } catch (error) {
    signal.throwIfAborted();
    throw new ComfyFault('unreachable', 'ffmpeg cannot be started', { cause: error });
  }
}

/** A file that the tool refuses is refused again; a full disk may be emptied. */
function explainFailure(error: unknown): ExecutionFailure {
  const isOfFile = error instanceof ToolRefusal || error instanceof ToolOverdue;
  return {
    reason: isOfFile ? 'node-error' : 'server-fault',
    nodeId: '1',
    nodeType: filmClass,
    message: error instanceof Error ? error.message.slice(0, 300) : 'unknown',
  };
}
