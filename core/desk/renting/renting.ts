import { createHash } from 'node:crypto';
import { type DispatcherEnv, publicUrlOf } from '../../ground/config/config.ts';
import { type Database, inTransaction } from '../../ground/db/connect.ts';
import type { DecisionRecord } from '../../ground/db/models/rental.ts';
import { Rental, RentalDecision } from '../../ground/db/models/rental.ts';
import type { WakeSignals } from '../../ground/redis/wakeSignals.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { newId } from '../../ground/runtime/ids.ts';
import { startLoop } from '../../ground/runtime/loop.ts';
import type { RentingHost } from '../../work/dispatch/dispatcher.ts';
import { listLack } from '../../work/dispatch/leader/waitingFigures.ts';
import { type LeaderFence, leads } from '../../work/tasks/leaderFence.ts';
import { readPaused } from '../../work/tasks/queueState.ts';
import { createRentalCode } from '../pool/agents.ts';
import { type Decision, decide, type RentFacts, type RentRules } from './decide.ts';
import { createDstack } from './dstack.ts';
import type { Provider, Run } from './provider.ts';
import {
  endRental,
  giveBack,
  idleTimes,
  keepRental,
  listOpen,
  readSpent,
  restsUntil,
  sendBack,
} from './rentals.ts';

export interface RentingConfig {
  provider: Provider;
  rules: RentRules;
  /** Begins the names of machines. */
  prefix: string;
  /** Where a machine finds the platform. */
  publicUrl: string;
  intervalMs: number;
}

const roundMs = 15_000;

/** @returns undefined without a dstack server. */
export function readRenting(env: DispatcherEnv): RentingConfig | undefined {
  const { RENT_DSTACK_URL: url, RENT_DSTACK_TOKEN: token, RENT_CONFIGURATION: configurationFile } = env;
  if (url === undefined || token === undefined || configurationFile === undefined) return undefined;
  const publicUrl = publicUrlOf(env);
  const prefix = prefixOf(env.RENT_NAME, publicUrl);
  return {
    provider: createDstack({ url, token, project: env.RENT_DSTACK_PROJECT, configurationFile, prefix }),
    rules: {
      most: env.RENT_MOST,
      budgetPerDay: env.RENT_BUDGET_PER_DAY,
      idleMs: env.RENT_IDLE_MINUTES * 60_000,
      startMs: env.RENT_START_MINUTES * 60_000,
    },
    prefix,
    publicUrl,
    intervalMs: roundMs,
  };
}

/** Platforms that share a project each have an address of their own, where their machines join. */
function prefixOf(name: string, publicUrl: string): string {
  const address = createHash('sha256').update(publicUrl).digest('hex');
  return `${name}-${address.slice(0, 6)}`;
}

export interface RentingDeps extends Pick<RentingHost, 'logger' | 'leader'> {
  database: Database;
  clock: Clock;
  leadership: Pick<RentingHost['leadership'], 'held'>;
  wakeSignals: Pick<WakeSignals, 'send'>;
}

/** A machine that has not joined after so many times the usual start is given up. */
const startsPatience = 3;

/** If this dispatcher leads, rents as many GPU servers as the waiting work is worth. */
export function startRenting(
  deps: RentingDeps,
  config: RentingConfig | undefined,
): { stop(): Promise<void> } {
  if (!config) return { stop: async () => undefined };
  const stopping = new AbortController();
  const options = { name: 'renting', intervalMs: config.intervalMs };
  const loop = startLoop(deps, options, () => rentRound(deps, config, stopping.signal));
  return {
    async stop() {
      stopping.abort();
      await loop.stop();
    },
  };
}

export async function rentRound(
  deps: RentingDeps,
  config: RentingConfig,
  signal: AbortSignal,
): Promise<void> {
  const leader = deps.leadership.held;
  const sight = deps.leader.sight();
  if (!leader || !sight) return;
  let offer: number | undefined;
  let read: Awaited<ReturnType<typeof readFacts>>;
  try {
    await reconcile(deps, config, signal);
    read = await readFacts(deps, config);
    // Asked only where one would be taken whatever it costs: a plan makes the provider ask its own ones.
    const isWanted = decide(config.rules, { ...read.facts, offer: 0 }).start > 0;
    if (isWanted) offer = await config.provider.offer(signal);
  } catch (error) {
    if (signal.aborted) return;
    // What cannot be asked changes nothing: its machines go on as they were last known.
    const fault = error instanceof Error ? error.message : String(error);
    deps.logger.warn(
      { err: error },
      'who rents GPU servers out does not answer: nothing is started or ended',
    );
    const { figures } = await readFacts(deps, config);
    return await record(deps, { ...figures, why: 'provider-away', fault });
  }
  const { facts, figures } = read;
  const decision = decide(config.rules, { ...facts, offer });
  const drained = facts.rented.filter(({ state }) => state === 'draining').map(({ id }) => id);
  await act(deps, config, leader, { decision, drained, offer: offer ?? 0, signal });
  const { why, worth } = decision;
  await record(deps, { ...figures, why, worth, ...(offer === undefined ? {} : { offer }) });

  async function readFacts({ database, clock }: RentingDeps, { rules }: RentingConfig) {
    const now = clock.now();
    const [open, idle, spentToday, restUntil, isPaused] = await Promise.all([
      listOpen(database),
      idleTimes(database, now),
      readSpent(database, now),
      restsUntil(database),
      readPaused(database),
    ]);
    const lack = sight ? listLack(sight, now) : [];
    const own = new Set(open.map(({ backendId }) => backendId));
    const waitingSeconds = lack.reduce((sum, { seconds }) => sum + seconds, 0);
    const standing = (sight?.backends ?? []).filter(({ id }) => !own.has(id)).length;
    const facts: Omit<RentFacts, 'offer'> = {
      waitingSeconds,
      standing,
      rented: open.map(({ id, state, price }) => ({ id, state, price, idleMs: idle.get(id) ?? 0 })),
      spentToday,
      isPaused,
      isResting: restUntil !== undefined && restUntil > now,
    };
    const figures = {
      waitingSeconds,
      oldestSeconds: Math.max(0, ...lack.map(({ oldestSeconds }) => oldestSeconds)),
      lack: lack.slice(0, mostShown),
      standing,
      worth: 0,
      spentToday,
      budgetPerDay: rules.budgetPerDay,
      most: rules.most,
    };
    return { facts, figures };
  }
}

const mostShown = 10;

/** Makes rows and machines agree: what the provider has counts, and what nobody knows there is ended. */
async function reconcile(deps: RentingDeps, config: RentingConfig, signal: AbortSignal): Promise<void> {
  const { provider, rules } = config;
  const active = new Map((await provider.listActive(signal)).map((run) => [run.name, run]));
  // Read after the list, so that each machine in it has had its row before.
  const open = await listOpen(deps.database);
  const known = new Set(open.map(({ name }) => name));
  const strangers = [...active.keys()].filter((name) => !known.has(name));
  if (strangers.length > 0) {
    deps.logger.warn({ names: strangers }, 'machines run that nobody here rented any more: they are ended');
    await provider.stop(strangers, signal);
  }
  for (const row of open) {
    // One that was rented under another prefix is in no list.
    const run = active.get(row.name) ?? (await provider.find(row.name, signal));
    if (!run || run.isOver) await reconcileGone(deps, config, { row, run, signal });
    else {
      active.set(row.name, run);
      await reconcileRun(deps, row, run);
    }
  }
  const late = new Date(deps.clock.now().getTime() - rules.startMs * startsPatience);
  await Rental.query(deps.database)
    .whereIn('state', ['wanted', 'starting'])
    .where('createdAt', '<', late)
    .patch({ state: 'stopping', fault: coalesce(deps.database, 'Its ComfyUI did not join in time.') });
  const ending = await Rental.query(deps.database).where({ state: 'stopping' });
  const running = ending.map(({ name }) => name).filter((name) => active.has(name));
  if (running.length > 0) await provider.stop(running, signal);
}

/** What is known already says more. */
const coalesce = (database: Database, fault: string) =>
  database.raw('COALESCE(fault, ?)', [fault]) as unknown as string;

interface Gone {
  row: Rental;
  run: Run | undefined;
  signal: AbortSignal;
}

/** Ordered a moment ago, the order was lost: it is made again, under the same name. Else the machine is gone. */
async function reconcileGone(
  deps: RentingDeps,
  config: RentingConfig,
  { row, run, signal }: Gone,
): Promise<void> {
  if (row.state === 'wanted' && !run) return order(deps, config, row, signal);
  const isOurs = row.state === 'stopping';
  const fault =
    row.fault ?? (isOurs ? null : (run?.fault ?? 'The machine is gone, and its provider does not say why.'));
  if (await endRental(deps, row, fault)) {
    deps.wakeSignals.send('backends');
    deps.logger.info({ rental: row.name, fault }, 'a rented GPU server has ended');
  }
}

async function reconcileRun({ database }: RentingDeps, { id, state }: Rental, { price }: Run): Promise<void> {
  if (state === 'wanted')
    await Rental.query(database).findById(id).where({ state }).patch({ state: 'starting' });
  if (price !== undefined) await Rental.query(database).findById(id).patch({ price });
}

async function order(
  deps: RentingDeps,
  config: RentingConfig,
  row: Rental,
  signal: AbortSignal,
): Promise<void> {
  const code = await createRentalCode(deps, row.id);
  const env = {
    STAR_GRAPH_URL: config.publicUrl,
    STAR_GRAPH_JOIN_CODE: code,
    STAR_GRAPH_NAME: row.name,
  };
  try {
    await config.provider.start(row.name, env, signal);
    await Rental.query(deps.database)
      .findById(row.id)
      .where({ state: 'wanted' })
      .patch({ state: 'starting' });
  } catch (error) {
    // Whether it was started is known by the next list.
    const fault = error instanceof Error ? error.message : String(error);
    await Rental.query(deps.database)
      .findById(row.id)
      .where({ state: 'wanted' })
      .patch({ fault: fault.slice(0, 500) });
    deps.logger.warn(
      { err: error, rental: row.name },
      'a GPU server could not be rented, or the answer was lost',
    );
  }
}

interface Acting {
  decision: Decision;
  drained: readonly string[];
  offer: number;
  signal: AbortSignal;
}

async function act(
  deps: RentingDeps,
  config: RentingConfig,
  leader: LeaderFence,
  acting: Acting,
): Promise<void> {
  const { decision, drained, offer, signal } = acting;
  for (const id of decision.keep) await keepRental(deps, id);
  // Those that drained before this round began: what was being assigned then has its slot by now.
  await sendBack(deps.database, drained);
  for (const id of decision.giveBack) await giveBack(deps, id);
  if (decision.keep.length + decision.giveBack.length > 0) deps.wakeSignals.send('slots');
  if (decision.start === 0) return;
  const rows = await inTransaction(deps.database, async (trx) => {
    // Another one that leads by now decides for itself.
    if (!(await leads(trx, leader))) return [];
    const ids = Array.from({ length: decision.start }, newId);
    const createdAt = deps.clock.now();
    for (const id of ids)
      await Rental.query(trx).insert({
        id,
        name: nameOf(config.prefix, id),
        state: 'wanted',
        price: offer,
        createdAt,
      });
    return await Rental.query(trx).findByIds(ids);
  });
  for (const row of rows) await order(deps, config, row, signal);
}

/** Short and small, as providers want names: the random end of the id. */
const nameOf = (prefix: string, id: string): string => `${prefix}-${id.replaceAll('-', '').slice(-12)}`;

async function record({ database, clock }: RentingDeps, content: DecisionRecord): Promise<void> {
  await RentalDecision.query(database)
    .insert({ id: 1, content, decidedAt: clock.now() })
    .onConflict('id')
    .merge(['content', 'decidedAt']);
}
