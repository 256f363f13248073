import type { Logger } from 'pino';
import {
  type BackendFacts,
  type ComfyClient,
  ComfyFault,
  type Inventory,
  type Queue,
} from '../../../comfy/comfy.ts';
import { again, type Database } from '../../../ground/db/connect.ts';
import {
  Attempt as AttemptRow,
  Backend,
  type BackendReport,
  type BackendState,
} from '../../../ground/db/models/backend.ts';
import { PoolAgent } from '../../../ground/db/models/poolAgent.ts';
import { WarmUp } from '../../../ground/db/models/warmUp.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { untilAborted } from '../../../ground/runtime/untilAborted.ts';
import { packInventory, saveInventory } from '../../../library/catalogue/storedInventory.ts';
import type { Ownership } from '../lease.ts';
import type { BreakerState, CircuitBreaker } from './circuitBreaker.ts';

interface ProbeDeps {
  database: Database;
  clock: Clock;
  logger: Logger;
  client: Pick<ComfyClient, 'connect' | 'probe' | 'queue' | 'inventory' | 'cancel' | 'explain'>;
  /** The server's name for administrators. */
  nameOf(): string;
  breaker: CircuitBreaker;
  /** Aborts when the owner leaves, which does not wait for the backend. */
  left: AbortSignal;
}

export interface Probe {
  /**
   * Probes the backend once and writes the result. Rejects for faults of the database, and when the owner leaves.
   * @returns whether it answered, its last answer, and `isStuck`.
   */
  look(): Promise<{ hasAnswered: boolean; facts: BackendFacts | undefined; isStuck: boolean }>;
  /** Down until a later probe finds it well again, and without `heldPromptId` if one is given. */
  declareDown(reason: string, heldPromptId?: string): Promise<void>;
  /** It may have come back with other files: the next look reads them. */
  doubtInventory(): void;
  /**
   * The backend answers but executes nothing: two probes in a row found a waiting queue without a running prompt, or
   * the same finished prompt still held; or a prompt was declared held and still is.
   */
  readonly isStuck: boolean;
  /** The state as it was written last. */
  readonly state: BackendState;
  /** How much memory the models keep, as in the report. */
  readonly keptModelBytes: number;
}

const missesAllowed = 2;
const executesNothing = 'it executes nothing';
const inventoryEveryMs = 60_000;

interface ProbeState {
  isConnected: boolean;
  misses: number;
  /** A new object for each declaration: a probe lifts only the one that it found when it began. */
  down: { reason: string } | undefined;
  /** Why it is not up, as it was last logged. */
  toldReason: string | null;
  written: BackendState;
  facts: BackendFacts | undefined;
  /** How many prompts of other clients it has. */
  foreignPrompts: number;
  /** As read after so many returns. */
  inventory: { readAtMs: number; digest: string; returns: number } | undefined;
  /** How often the server may have come back with other files. */
  returns: number;
  /** The first prompt that waited while nothing ran, in the probe before. */
  waitingPromptId: string | undefined;
  /** Prompts that the probe before found held although they are over, or that were declared held. */
  held: Set<string>;
  isStuck: boolean;
}

export function createProbe(deps: ProbeDeps, owner: string, ownership: Ownership): Probe {
  const state: ProbeState = {
    isConnected: false,
    misses: 0,
    down: undefined,
    toldReason: null,
    written: 'unknown',
    facts: undefined,
    foreignPrompts: 0,
    inventory: undefined,
    returns: 0,
    waitingPromptId: undefined,
    held: new Set(),
    isStuck: false,
  };
  const write = (hasAnswered: boolean) => writeState(deps, owner, ownership, state, hasAnswered);
  return {
    async look() {
      const hasAnswered = await lookOnce(deps, ownership, state);
      await write(hasAnswered);
      return { hasAnswered, facts: state.facts, isStuck: state.isStuck };
    },
    async declareDown(reason, heldPromptId) {
      state.down = { reason };
      if (heldPromptId !== undefined) {
        state.held.add(heldPromptId);
        state.isStuck = true;
      }
      await write(false);
    },
    doubtInventory() {
      state.returns += 1;
    },
    get isStuck() {
      return state.isStuck;
    },
    get state() {
      return state.written;
    },
    get keptModelBytes() {
      return state.facts ? keptModelBytesOf(state.facts) : 0;
    },
  };
}

async function lookOnce(deps: ProbeDeps, { backendId }: Ownership, state: ProbeState): Promise<boolean> {
  const before = { down: state.down, held: [...state.held] };
  const ask = <T>(question: () => Promise<T>) => untilAborted(deps.left, question);
  try {
    // Before the socket: an HTTP answer explains more than a refused upgrade.
    state.facts = await ask(() => deps.client.probe());
    if (!state.isConnected) await ask(() => deps.client.connect());
    state.isConnected = true;
    const queue = await ask(() => deps.client.queue());
    const { strays, foreignPrompts } = await readOwn(deps, backendId, queue);
    state.foreignPrompts = foreignPrompts;
    await dropStrays(deps, backendId, strays);
    const fault = watchWorker(
      state,
      before.held,
      queue,
      strays.map(({ promptId }) => promptId),
    );
    await readInventory(deps, backendId, state);
    state.misses = 0;
    if (fault !== undefined) markStuck(state, fault);
    // Its queue is emptied now, which proves nothing: one task on trial shows whether it works again.
    if (fault === executesNothing) deps.breaker.trip();
    if (fault === undefined && state.down === before.down) {
      state.isStuck = false;
      // The next task would wait behind a prompt that it was told to drop.
      if (strays.length === 0) state.down = undefined;
    }
    return true;
  } catch (error) {
    if (!(error instanceof ComfyFault)) throw error;
    state.misses += 1;
    deps.logger.debug({ err: error, backendId, misses: state.misses }, 'a probe was missed');
    // A declaration made meanwhile is newer and stays; an earlier one gives way to this probe.
    if (state.misses >= missesAllowed && state.down === before.down)
      state.down = { reason: deps.client.explain(error) };
    return false;
  }
}

type Stray = Pick<AttemptRow, 'taskId' | 'attempt'> & { promptId: string };

/** Separates our prompts from those of other clients, which are not in our table, and finds ours that are over. */
async function readOwn(
  { database }: ProbeDeps,
  backendId: string,
  queue: Queue,
): Promise<{ strays: Stray[]; foreignPrompts: number }> {
  const promptIds = idsOf(queue);
  if (promptIds.length === 0) return { strays: [], foreignPrompts: 0 };
  const own = await AttemptRow.query(database)
    .select('promptId', 'taskId', 'attempt', 'state')
    .whereIn('promptId', promptIds);
  const strays = own.flatMap(({ promptId, taskId, attempt, state }) =>
    state === 'ended' && promptId !== null ? [{ promptId, taskId, attempt }] : [],
  );
  const warmUp = await WarmUp.query(database).findById(backendId).select('promptId');
  const warmUps = promptIds.filter((promptId) => promptId === warmUp?.promptId).length;
  return { strays, foreignPrompts: promptIds.length - own.length - warmUps };
}

/** Posted by an owner that had lost the backend, or given up together with it. */
async function dropStrays(deps: ProbeDeps, backendId: string, strays: readonly Stray[]): Promise<void> {
  for (const stray of strays) {
    deps.logger.warn({ backendId, ...stray }, 'a backend holds a prompt that is over');
    await untilAborted(deps.left, () => deps.client.cancel(stray.promptId));
  }
}

const idsOf = ({ running, pending }: Queue) => [...running, ...pending].map(({ promptId }) => promptId);

/**
 * A dead worker shows in two probes. One probe proves nothing: a prompt may start or end between two calls.
 * @returns what is wrong, once two probes agree.
 */
function watchWorker(
  state: ProbeState,
  heldBefore: readonly string[],
  queue: Queue,
  strays: readonly string[],
): string | undefined {
  const waiting = queue.running.length === 0 ? queue.pending[0]?.promptId : undefined;
  const isIdle = waiting !== undefined && waiting === state.waitingPromptId;
  state.waitingPromptId = waiting;
  const inQueue = new Set(idsOf(queue));
  for (const promptId of heldBefore) if (!inQueue.has(promptId)) state.held.delete(promptId);
  const isHolding = heldBefore.some((promptId) => inQueue.has(promptId));
  for (const promptId of strays) state.held.add(promptId);
  if (isIdle) return executesNothing;
  return isHolding ? 'it holds a prompt that is over' : undefined;
}

function markStuck(state: ProbeState, reason: string): void {
  state.isStuck = true;
  state.down = { reason };
}

/** Model files change while the server runs; it lists them anew at each call. */
/** A file may have gone since its machine told of it. */
const pickListed = (told: Record<string, string>, models: Inventory['models']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(told).filter(([key]) => {
      const [folder, name] = [key.slice(0, key.indexOf('/')), key.slice(key.indexOf('/') + 1)];
      return Object.entries(models).some(([listed, names]) => listed === folder && names.includes(name));
    }),
  );

async function readInventory(deps: ProbeDeps, backendId: string, state: ProbeState): Promise<void> {
  const nowMs = deps.clock.monotonicMs();
  const { inventory, returns } = state;
  const isFresh = inventory?.returns === returns && nowMs - inventory.readAtMs < inventoryEveryMs;
  if (isFresh && state.down === undefined) return;
  const read = await untilAborted(deps.left, () => deps.client.inventory());
  const agent = await PoolAgent.query(deps.database).findById(backendId).select('architectures');
  // What ComfyUI shows of a file comes first: it is the file that is loaded.
  const architectures = { ...pickListed(agent?.architectures ?? {}, read.models), ...read.architectures };
  const stored = packInventory({ ...read, architectures });
  if (stored.digest !== inventory?.digest) await saveInventory(deps, backendId, stored);
  state.inventory = { readAtMs: nowMs, digest: stored.digest, returns };
}

/** Once for each change: a server that is away for a night is not logged every few seconds. */
function tellReason(
  { logger, nameOf }: ProbeDeps,
  backendId: string,
  state: ProbeState,
  reason: string | null,
) {
  if (reason === state.toldReason) return;
  state.toldReason = reason;
  const backend = { backendId, backend: nameOf() };
  if (reason === null) logger.info(backend, 'a GPU server is up again');
  else logger.warn({ ...backend, reason }, 'a GPU server is not up');
}

/** Of a backend that answers. Its own states are the ones that operators know: "open" would read as open for tasks. */
const stateByBreaker = { closed: 'up', open: 'resting', 'half-open': 'trial' } as const satisfies Record<
  BreakerState,
  BackendState
>;

async function writeState(
  deps: ProbeDeps,
  owner: string,
  { backendId, epoch }: Ownership,
  state: ProbeState,
  hasAnswered: boolean,
): Promise<void> {
  const { database, breaker } = deps;
  const { down, misses, facts, foreignPrompts } = state;
  const patch: Partial<Pick<Backend, 'state' | 'stateReason'>> & { facts?: BackendReport } = {};
  if (down !== undefined) patch.state = 'down';
  else if (hasAnswered) patch.state = stateByBreaker[breaker.state];
  if (patch.state !== undefined) {
    state.written = patch.state;
    patch.stateReason = explainState(patch.state, down?.reason, breaker.proof);
    tellReason(deps, backendId, state, patch.stateReason);
  }
  if (facts && misses === 0) patch.facts = toReport(facts, foreignPrompts);
  const seenAt = database.raw(hasAnswered ? 'NOW(3)' : 'seen_at') as unknown as Date;
  await again(async () => {
    await Backend.query(database)
      .findById(backendId)
      .where({ owner, epoch })
      .patch({ ...patch, seenAt });
  });
}

const toReport = (facts: BackendFacts, foreignPrompts: number): BackendReport => ({
  comfyVersion: facts.version ?? '',
  deviceName: facts.devices[0]?.name ?? '',
  vramTotalBytes: facts.devices.reduce((sum, { vramTotalBytes }) => sum + vramTotalBytes, 0),
  vramFreeBytes: facts.devices.reduce((sum, { vramFreeBytes }) => sum + vramFreeBytes, 0),
  maxUploadBytes: facts.maxUploadBytes ?? 0,
  jobsApi: facts.hasJobsApi,
  foreignPrompts,
  keptModelBytes: keptModelBytesOf(facts),
});

/** A server that keeps fewer results than those of a few graphs drops a model while tasks for another one run. */
const enoughResults = 100;
/** The rest of its memory is for the work itself. */
const shareForModels = 0.75;

const keptModelBytesOf = ({ keptResults, devices: [first] }: BackendFacts): number =>
  keptResults < enoughResults ? 0 : Math.floor((first?.vramTotalBytes ?? 0) * shareForModels);

/** The size of the column. */
const mostCharacters = 500;

/** Faults that the dispatcher itself finds, in words for an operator. Faults of a server have their words already. */
const sentences: Readonly<Record<string, string>> = {
  'it did not answer': 'It stopped answering while it had a task. It is looked at again every few seconds.',
  'it executes nothing':
    'Its queue waits and nothing runs. If that lasts, its worker is dead: restart ComfyUI.',
  'it does not stop':
    'It was told to drop a prompt and has not done so for a minute. If that lasts, its worker is dead: restart ComfyUI.',
  'it holds a prompt that is over':
    'It holds a prompt that it was told to drop. If that lasts, its worker is dead: restart ComfyUI.',
};

const restingSentences: Readonly<Record<Extract<BackendState, 'resting' | 'trial'>, string>> = {
  resting:
    'More than half of its last attempts speak against it, or its queue waited and nothing ran, so it rests for a while. Attempts of its tasks, and the log of ComfyUI, have the faults.',
  trial: 'It rested after faults and gets one task at a time now, until one succeeds.',
};

const brokenBy = (proof: string): string =>
  `What it delivered proves it broken: ${proof}. Look at its nodes, disk and packages. It gets one task after a pause, and rests longer if that ends so too.`;

/**
 * Why a backend is not up, in a sentence; null when it is.
 * @param down why it was found or declared down
 * @param proof what it delivered that proves it broken
 */
function explainState(
  state: BackendState | undefined,
  down: string | undefined,
  proof?: string,
): string | null {
  if (down !== undefined) return (sentences[down] ?? down).slice(0, mostCharacters);
  if (state === 'resting' && proof !== undefined) return brokenBy(proof).slice(0, mostCharacters);
  return state === 'resting' || state === 'trial' ? restingSentences[state] : null;
}
