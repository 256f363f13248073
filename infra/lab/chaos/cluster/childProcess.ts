import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import type { ProcessSpec } from '../../../launcher/processes/supervisor.ts';

/**
 * One process of the platform under test. Nothing restarts it on its own: what dies stays dead until `start`, so a
 * trial decides how long.
 */
export interface TrialProcess {
  readonly name: string;
  readonly isRunning: boolean;
  /** Resolves when it serves. A start that fails (its database is away, say) is tried again until the limit. */
  start(): Promise<void>;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM, and SIGKILL after the spec's time, which counts as a fault; resolves when it is gone. */
  stop(): Promise<void>;
  pause(): void;
  resume(): void;
}

interface Deps {
  clock: Clock;
  /** The process ended without a request from here, or it did not end when asked. */
  onFault(name: string, what: string): void;
}

interface Run {
  child: ChildProcess;
  ended: Promise<void>;
  /** The harness ended it, or it did not serve yet. */
  mayEnd: boolean;
}

const pollMs = 25;
const restartAfterMs = 200;
/** More than two starts that take as long as they may. */
const startLimitMs = 400_000;

export function createTrialProcess(deps: Deps, spec: ProcessSpec): TrialProcess {
  let run: Run | undefined;
  let starting: Promise<void> | undefined;

  function launch(): Run {
    const child = spawnLogged(spec);
    const next: Run = { child, ended: Promise.resolve(), mayEnd: true };
    next.ended = new Promise((resolve) => {
      child.once('error', () => resolve());
      child.once('exit', (code, signal) => {
        if (run === next) run = undefined;
        if (!next.mayEnd) deps.onFault(spec.name, describeEnd(spec, code, signal));
        resolve();
      });
    });
    return next;
  }

  async function startOnce(): Promise<boolean> {
    await spec.prepare?.();
    run = launch();
    const current = run;
    const deadlineMs = deps.clock.monotonicMs() + spec.readyTimeoutMs;
    while (run === current && deps.clock.monotonicMs() < deadlineMs) {
      if (await spec.isReady()) {
        current.mayEnd = false;
        return run === current;
      }
      await deps.clock.sleep(pollMs);
    }
    current.child.kill('SIGKILL');
    await current.ended;
    return false;
  }

  async function startUntilReady(): Promise<void> {
    const deadlineMs = deps.clock.monotonicMs() + startLimitMs;
    while (!(await startOnce())) {
      if (deps.clock.monotonicMs() > deadlineMs)
        throw new Error(`${spec.name} did not start: ${spec.logFile}`);
      await deps.clock.sleep(restartAfterMs);
    }
  }

  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    // The caller of the start sees that it failed.
    await starting?.catch(() => undefined);
    const current = run;
    if (!current) return;
    current.mayEnd = true;
    current.child.kill(signal);
    if (signal === 'SIGTERM') await limitStop(current);
    await current.ended;
  }

  async function limitStop({ child, ended }: Run): Promise<void> {
    const limit = new AbortController();
    const overdue = deps.clock.sleep(spec.stopTimeoutMs, limit.signal).then(
      () => {
        deps.onFault(spec.name, `did not stop within ${spec.stopTimeoutMs} ms`);
        child.kill('SIGKILL');
      },
      () => undefined,
    );
    await ended;
    limit.abort();
    await overdue;
  }

  return {
    name: spec.name,
    get isRunning() {
      return run !== undefined;
    },
    start() {
      if (run && !starting) return Promise.resolve();
      starting ??= startUntilReady().finally(() => {
        starting = undefined;
      });
      return starting;
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    pause: () => void run?.child.kill('SIGSTOP'),
    resume: () => void run?.child.kill('SIGCONT'),
  };
}

const lastWords = 1_500;

/** With what it said at last, of which a failed test may be all that is left. */
function describeEnd({ logFile }: ProcessSpec, code: number | null, signal: string | null): string {
  const said = readFileSync(logFile, 'utf8').trimEnd().slice(-lastWords);
  return `ended by itself: exit code ${code}, signal ${signal}; ${said}`;
}

/** Its output goes to a file of its own, which tells what happened when a trial fails. */
function spawnLogged(spec: ProcessSpec): ChildProcess {
  mkdirSync(dirname(spec.logFile), { recursive: true, mode: 0o700 });
  const log = openSync(spec.logFile, 'a', 0o600);
  try {
    const child = spawn(spec.command, spec.args, {
      cwd: spec.cwd,
      env: spec.env,
      detached: true,
      stdio: [spec.input === undefined ? 'ignore' : 'pipe', log, log],
      ...(spec.argv0 === undefined ? {} : { argv0: spec.argv0 }),
    });
    // A child that ends before it reads its input is reported by its end.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(spec.input);
    return child;
  } finally {
    closeSync(log);
  }
}
