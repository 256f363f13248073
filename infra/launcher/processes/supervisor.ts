import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import { LaunchFailure } from '../failure.ts';
import { createPatience } from './patience.ts';
import type { ProcessRegistry } from './processRegistry.ts';

/** One process to run, and how to tell that it serves. */
export interface ProcessSpec {
  /** Short and unique: shown to the person, and the name of its record. */
  name: string;
  command: string;
  args: readonly string[];
  /** What the program sees as its own name, where it decides by that. */
  argv0?: string;
  /** The whole environment of the process: it inherits nothing. */
  env: Readonly<Record<string, string>>;
  cwd: string;
  /** Takes stdout and stderr, so that a child outlives a crashed launcher without a broken pipe. */
  logFile: string;
  /** Text for its stdin, where secrets do not show in the process list. */
  input?: string;
  /** Runs before every spawn, restarts included. */
  prepare?(): Promise<void>;
  /** Asked until true. Must answer within a few seconds. */
  isReady(): Promise<boolean>;
  /** Longer is waited for while it still does something: a busy machine takes minutes. */
  readyTimeoutMs: number;
  /** Asked again and again while it serves; one that gives no answer for long is killed and started again. */
  isAlive?(): Promise<boolean>;
  /** The time from SIGTERM to SIGKILL. */
  stopTimeoutMs: number;
  /** A failed first start is reported and tried again like a later one; the rest runs without it. */
  isOptional?: boolean;
}

export type SupervisorEvent =
  | { type: 'exited'; name: string; reason: string; restartInMs: number }
  | { type: 'restarted'; name: string }
  | { type: 'silent'; name: string }
  | { type: 'killed'; name: string };

export interface SupervisorDeps {
  clock: Clock;
  registry: ProcessRegistry;
  report(event: SupervisorEvent): void;
}

export interface SupervisedProcess {
  name: string;
  /** Whether it serves now. */
  readonly isServing: boolean;
  /** SIGTERM, then SIGKILL after the spec's time; resolves when the process is gone. Safe to call twice. */
  stop(): Promise<void>;
}

interface RunningProcess {
  child: ChildProcess;
  /** Resolves with a phrase for people: "exit code 1", "signal SIGKILL". */
  exited: Promise<string>;
  startedAtMs: number;
}

const firstBackoffMs = 500;
const longestBackoffMs = 30_000;
/** A process that served this long has recovered: its next crash starts with the shortest wait again. */
const recoveredAfterMs = 60_000;
const readyPollMs = 50;
const aliveEveryMs = 10_000;
/** Questions without an answer, one after the other: a machine that slept, or is busy, misses fewer. */
const mostSilences = 8;
const longestLogBytes = 10_000_000;

/** Did not come up: the message has the end of its log for the person who waits for it, `reason` a few words. */
class NotServing extends LaunchFailure {
  readonly reason: string;
  constructor(spec: ProcessSpec, what: string, logStart: number) {
    super(describeFailure(spec, what, logStart));
    this.reason = `${what}; ${spec.logFile} says why`;
  }
}

/**
 * Starts a process and keeps it running. Resolves when it first serves; rejects with a `LaunchFailure` that shows the
 * end of its log when it does not come up, leaving nothing behind; an optional one resolves all the same.
 *
 * starting → serving → (exit) → waiting → starting …; from any of them `stop()` → stopping → stopped. A wait doubles
 * with each crash up to 30 s. A process that fails while restarting goes back to waiting, for ever: the person reads
 * why and decides.
 */
export async function supervise(
  deps: SupervisorDeps,
  spec: ProcessSpec,
  startSignal?: AbortSignal,
): Promise<SupervisedProcess> {
  const stopping = new AbortController();
  const signal = startSignal ? AbortSignal.any([stopping.signal, startSignal]) : stopping.signal;
  let current: RunningProcess | undefined;
  let watch = new AbortController();
  const onChange = (running: RunningProcess | undefined) => {
    current = running;
    watch.abort();
    watch = new AbortController();
    if (running) void killIfSilent(deps, spec, running, AbortSignal.any([stopping.signal, watch.signal]));
  };
  let failure: string | undefined;
  try {
    onChange(await launch(deps, spec, signal));
  } catch (error) {
    if (!spec.isOptional || signal.aborted) throw error;
    failure = reasonOf(error);
  }
  const kept = keepRunning(deps, spec, stopping.signal, current ?? failure ?? '', onChange);
  return {
    name: spec.name,
    get isServing() {
      return current !== undefined;
    },
    async stop() {
      stopping.abort();
      if (current) await terminate(deps, spec, current);
      await kept;
    },
  };
}

function reasonOf(error: unknown): string {
  if (error instanceof NotServing) return error.reason;
  return error instanceof Error ? error.message : String(error);
}

async function keepRunning(
  deps: SupervisorDeps,
  spec: ProcessSpec,
  stopping: AbortSignal,
  /** The running process, or why there is none. */
  first: RunningProcess | string,
  onChange: (running: RunningProcess | undefined) => void,
): Promise<void> {
  let running = first;
  let backoffMs = firstBackoffMs;
  for (;;) {
    let reason = typeof running === 'string' ? running : await running.exited;
    if (stopping.aborted) return;
    onChange(undefined);
    if (typeof running !== 'string' && hasRecovered(deps.clock, running)) backoffMs = firstBackoffMs;
    for (let serving = false; !serving; ) {
      deps.report({ type: 'exited', name: spec.name, reason, restartInMs: backoffMs });
      try {
        await deps.clock.sleep(backoffMs, stopping);
        const restarted = await launch(deps, spec, stopping);
        if (stopping.aborted) return await terminate(deps, spec, restarted);
        onChange(restarted);
        running = restarted;
        serving = true;
      } catch (error) {
        if (stopping.aborted) return;
        reason = reasonOf(error);
      }
      backoffMs = Math.min(backoffMs * 2, longestBackoffMs);
    }
    deps.report({ type: 'restarted', name: spec.name });
  }
}

/** A process that hangs does not end by itself, nor does it hear a request to end. */
async function killIfSilent(
  deps: SupervisorDeps,
  { name, isAlive }: Pick<ProcessSpec, 'name' | 'isAlive'>,
  { child }: RunningProcess,
  signal: AbortSignal,
): Promise<void> {
  for (let silences = 0; isAlive && silences < mostSilences; ) {
    const isOver = await deps.clock.sleep(aliveEveryMs, signal).then(
      () => false,
      () => true,
    );
    if (isOver) return;
    silences = (await isAlive()) ? 0 : silences + 1;
  }
  if (!isAlive || signal.aborted) return;
  deps.report({ type: 'silent', name });
  child.kill('SIGKILL');
}

const hasRecovered = (clock: Clock, { startedAtMs }: RunningProcess): boolean =>
  clock.monotonicMs() - startedAtMs >= recoveredAfterMs;

/** Spawns the process and waits until it serves. When this rejects, the process is gone. */
async function launch(deps: SupervisorDeps, spec: ProcessSpec, signal: AbortSignal): Promise<RunningProcess> {
  signal.throwIfAborted();
  await spec.prepare?.();
  const logStart = rotateLog(spec.logFile);
  const running = spawnProcess(deps, spec);
  const isPatient = createPatience(deps.clock, spec, running.child.pid);
  let exit: string | undefined;
  running.exited.then((reason) => {
    exit = reason;
  });
  try {
    while (!(await spec.isReady())) {
      signal.throwIfAborted();
      if (exit !== undefined) throw new NotServing(spec, `ended with ${exit}`, logStart);
      if (!isPatient()) {
        const seconds = Math.round((deps.clock.monotonicMs() - running.startedAtMs) / 1_000);
        throw new NotServing(spec, `was not ready within ${seconds} s`, logStart);
      }
      await deps.clock.sleep(readyPollMs, signal);
    }
    // Another program may have answered on its port while it was dying.
    if (exit !== undefined) throw new NotServing(spec, `ended with ${exit}`, logStart);
    return running;
  } catch (error) {
    await terminate(deps, spec, running);
    throw error;
  }
}

/** The child leads its own process group: Ctrl-C at the terminal reaches the launcher, which stops in order. */
function spawnProcess(deps: SupervisorDeps, spec: ProcessSpec): RunningProcess {
  const log = openSync(spec.logFile, 'a', 0o600);
  try {
    const child = spawn(spec.command, spec.args, {
      cwd: spec.cwd,
      env: spec.env,
      detached: true,
      stdio: [spec.input === undefined ? 'ignore' : 'pipe', log, log],
      ...(spec.argv0 === undefined ? {} : { argv0: spec.argv0 }),
    });
    if (child.pid !== undefined) deps.registry.record(spec.name, child.pid);
    // A child that died before reading its input reports itself by its exit.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(spec.input);
    const exited = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, signal) => {
        deps.registry.forget(spec.name);
        resolve(signal === null ? `exit code ${code}` : `signal ${signal}`);
      });
    });
    return { child, exited, startedAtMs: deps.clock.monotonicMs() };
  } finally {
    closeSync(log);
  }
}

async function terminate(deps: SupervisorDeps, spec: ProcessSpec, running: RunningProcess): Promise<void> {
  const settled = new AbortController();
  running.child.kill('SIGTERM');
  const timeout = deps.clock.sleep(spec.stopTimeoutMs, settled.signal).then(
    () => 'timeout' as const,
    () => 'settled' as const,
  );
  const first = await Promise.race([running.exited, timeout]);
  settled.abort();
  if (first === 'timeout') {
    running.child.kill('SIGKILL');
    deps.report({ type: 'killed', name: spec.name });
    await running.exited;
  }
}

/** Returns the size of the log so far: what follows is this run's. */
function rotateLog(logFile: string): number {
  mkdirSync(dirname(logFile), { recursive: true, mode: 0o700 });
  const bytes = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
  if (bytes <= longestLogBytes) return bytes;
  renameSync(logFile, `${logFile}.previous`);
  return 0;
}

function describeFailure(spec: ProcessSpec, what: string, logStart: number): string {
  const lines = readFileSync(spec.logFile)
    .subarray(logStart)
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .slice(-12);
  const tail = lines.map((line) => `    ${line}`).join('\n');
  return `${spec.name} ${what}. The end of ${spec.logFile}:\n${tail}`;
}
