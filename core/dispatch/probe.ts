import type { Logger } from 'pino';
import { packInventory, saveInventory } from '../catalogue/storedInventory.ts';
import type { Clock } from '../clock.ts';
import { type BackendFacts, type ComfyClient, ComfyFault, type Queue } from '../comfy/comfy.ts';
import type { Database } from '../db/connect.ts';
import {
  Attempt as AttemptRow,
  Backend,
  type BackendReport,
  type BackendState,
} from '../db/models/backend.ts';
import type { Breaker } from './breaker.ts';
import type { Ownership } from './lease.ts';

interface ProbeDeps {
  database: Database;
  clock: Clock;
  logger: Logger;
  client: Pick<ComfyClient, 'connect' | 'probe' | 'queue' | 'inventory' | 'cancel'>;
  breaker: Breaker;
}

export interface Probe {
  /** Looks at the backend once and writes what it saw. Rejects only for faults of the database. */
  look(): Promise<void>;
  /** Down until a look finds it well again. */
  declareDown(reason: string): Promise<void>;
  /** The backend accepts and executes nothing: two looks in a row found the queue waiting and nobody at work. */
  readonly isIdleWorker: boolean;
}

const missesAllowed = 2;
const inventoryEveryMs = 60_000;

interface ProbeState {
  isConnected: boolean;
  misses: number;
  downReason: string | undefined;
  facts: BackendFacts | undefined;
  inventory: { readAtMs: number; digest: string } | undefined;
  /** Of the first prompt that waited while nothing ran, in the look before. */
  waitingPromptId: string | undefined;
  isIdleWorker: boolean;
}

export function createProbe(deps: ProbeDeps, owner: string, ownership: Ownership): Probe {
  const state: ProbeState = {
    isConnected: false,
    misses: 0,
    downReason: undefined,
    facts: undefined,
    inventory: undefined,
    waitingPromptId: undefined,
    isIdleWorker: false,
  };
  const write = (hasAnswered: boolean) => writeState(deps, owner, ownership, state, hasAnswered);
  return {
    async look() {
      const hasAnswered = await lookOnce(deps, ownership, state);
      await write(hasAnswered);
    },
    async declareDown(reason) {
      deps.logger.warn({ backendId: ownership.backendId, reason }, 'a backend is down');
      state.downReason = reason;
      await write(false);
    },
    get isIdleWorker() {
      return state.isIdleWorker;
    },
  };
}

async function lookOnce(deps: ProbeDeps, { backendId }: Ownership, state: ProbeState): Promise<boolean> {
  try {
    if (!state.isConnected) await deps.client.connect();
    state.isConnected = true;
    state.facts = await deps.client.probe();
    const queue = await deps.client.queue();
    const strays = await dropStrays(deps, backendId, queue);
    watchWorker(state, queue);
    await readInventory(deps, backendId, state);
    state.misses = 0;
    // A backend that holds what it was told to drop would make the next task wait behind it.
    if (state.isIdleWorker) state.downReason = 'it executes nothing';
    else if (strays === 0) state.downReason = undefined;
    return true;
  } catch (error) {
    if (!(error instanceof ComfyFault)) throw error;
    state.misses += 1;
    deps.logger.debug({ err: error, backendId, misses: state.misses }, 'a probe was missed');
    if (state.misses >= missesAllowed) state.downReason ??= 'it does not answer';
    return false;
  }
}

/**
 * A prompt of ours whose attempt has ended is taken off: it was posted by an owner that had lost the backend, or was
 * declared lost with it. What is not in our table is somebody else's. @returns how many there were.
 */
async function dropStrays(deps: ProbeDeps, backendId: string, queue: Queue): Promise<number> {
  const promptIds = [...queue.running, ...queue.pending].map(({ promptId }) => promptId);
  if (promptIds.length === 0) return 0;
  const strays = await AttemptRow.query(deps.database)
    .select('promptId', 'taskId', 'attempt')
    .whereIn('promptId', promptIds)
    .where({ state: 'ended' });
  for (const { promptId, taskId, attempt } of strays) {
    deps.logger.warn({ backendId, promptId, taskId, attempt }, 'a backend holds a prompt that is over');
    if (promptId !== null) await deps.client.cancel(promptId);
  }
  return strays.length;
}

function watchWorker(state: ProbeState, { running, pending }: Queue): void {
  const waiting = running.length === 0 ? pending[0]?.promptId : undefined;
  state.isIdleWorker = waiting !== undefined && waiting === state.waitingPromptId;
  state.waitingPromptId = waiting;
}

/** Model files come and go while the server runs; it lists them anew at each call. */
async function readInventory(deps: ProbeDeps, backendId: string, state: ProbeState): Promise<void> {
  const nowMs = deps.clock.monotonicMs();
  const isFresh = state.inventory !== undefined && nowMs - state.inventory.readAtMs < inventoryEveryMs;
  if (isFresh && state.downReason === undefined) return;
  const stored = packInventory(await deps.client.inventory());
  if (stored.digest !== state.inventory?.digest) await saveInventory(deps, backendId, stored);
  state.inventory = { readAtMs: nowMs, digest: stored.digest };
}

async function writeState(
  { database, breaker }: ProbeDeps,
  owner: string,
  { backendId, epoch }: Ownership,
  { downReason, misses, facts }: ProbeState,
  hasAnswered: boolean,
): Promise<void> {
  const patch: Partial<Record<'state', BackendState>> & { facts?: BackendReport } = {};
  if (downReason !== undefined) patch.state = 'down';
  else if (hasAnswered) patch.state = breaker.state === 'closed' ? 'up' : breaker.state;
  if (facts && misses === 0) patch.facts = toReport(facts);
  await Backend.query(database)
    .findById(backendId)
    .where({ owner, epoch })
    .patch({
      ...patch,
      seenAt: database.raw(hasAnswered ? 'NOW(3)' : 'seen_at') as unknown as Date,
    });
}

const toReport = (facts: BackendFacts): BackendReport => ({
  comfyVersion: facts.version ?? '',
  deviceName: facts.devices[0]?.name ?? '',
  vramTotalBytes: facts.devices.reduce((sum, { vramTotalBytes }) => sum + vramTotalBytes, 0),
  vramFreeBytes: facts.devices.reduce((sum, { vramFreeBytes }) => sum + vramFreeBytes, 0),
  maxUploadBytes: facts.maxUploadBytes ?? 0,
  jobsApi: facts.hasJobsApi,
});
