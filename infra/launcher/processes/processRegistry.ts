import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import { z } from 'zod';
import { findProcess, isSameProcess, type ProcessIdentity } from './processIdentity.ts';

interface RecordedProcess extends ProcessIdentity {
  name: string;
  /** Position in the order of first starts; the reaper goes backwards. */
  order: number;
}

const recordSchema = z.object({
  name: z.string(),
  order: z.int().default(0),
  pid: z.int(),
  startedAt: z.string(),
});

/**
 * The processes this data directory's launcher started, one file each, so that the next launcher can stop what a
 * crashed one left behind, and nothing else.
 */
export interface ProcessRegistry {
  /** Synchronous on purpose: a launcher killed between spawn and record would lose track of the child. */
  record(name: string, pid: number): void;
  forget(name: string): void;
  list(): RecordedProcess[];
}

/** `runDir` is created when missing; only its owner can read it. */
export function createProcessRegistry(runDir: string): ProcessRegistry {
  mkdirSync(runDir, { recursive: true, mode: 0o700 });
  /** A restarted process keeps its place: those that need it were there before. */
  const orders = new Map<string, number>();
  const fileOf = (name: string) => join(runDir, `${name}.json`);
  return {
    record(name, pid) {
      const identity = findProcess(pid);
      if (!identity) return;
      const order = orders.get(name) ?? orders.size;
      orders.set(name, order);
      const recorded: RecordedProcess = { name, order, ...identity };
      writeFileSync(`${fileOf(name)}.tmp`, JSON.stringify(recorded), { mode: 0o600 });
      renameSync(`${fileOf(name)}.tmp`, fileOf(name));
    },
    forget: (name) => rmSync(fileOf(name), { force: true }),
    list: () =>
      readdirSync(runDir)
        .filter((file) => file.endsWith('.json'))
        .flatMap((file) => readRecord(join(runDir, file)))
        .sort((a, b) => a.order - b.order),
  };
}

/** Records are renamed into place: one that is no record was lost with the machine, and its process too. */
function readRecord(file: string): RecordedProcess[] {
  const result = recordSchema.safeParse(parseJson(readFileSync(file, 'utf8')));
  if (result.success) return [result.data];
  rmSync(file, { force: true });
  return [];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Stops what a crashed launcher left running, last started first: SIGTERM, then SIGKILL after `stopTimeoutMs`.
 * A recorded pid that now belongs to another process is left alone. Returns the names of what was stopped.
 */
export async function reapLeftovers(
  deps: { clock: Clock; registry: ProcessRegistry },
  stopTimeoutMs: number,
): Promise<string[]> {
  const stopped: string[] = [];
  for (const recorded of deps.registry.list().reverse()) {
    if (isSameProcess(recorded)) {
      await stopRecorded(deps.clock, recorded, stopTimeoutMs);
      stopped.push(recorded.name);
    }
    deps.registry.forget(recorded.name);
  }
  return stopped;
}

async function stopRecorded(clock: Clock, recorded: RecordedProcess, stopTimeoutMs: number): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    const deadlineMs = clock.monotonicMs() + stopTimeoutMs;
    if (isSameProcess(recorded)) sendSignal(recorded.pid, signal);
    while (isSameProcess(recorded) && clock.monotonicMs() < deadlineMs) await clock.sleep(50);
    if (!isSameProcess(recorded)) return;
  }
  throw new Error(`${recorded.name} (pid ${recorded.pid}) does not stop`);
}

/** A process that ended between the look and the signal is what we wanted. */
function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
