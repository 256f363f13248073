import type { Logger } from 'pino';
import { type Database, inTransaction } from '../../ground/db/connect.ts';
import { Asset } from '../../ground/db/models/asset.ts';
import { Erasure } from '../../ground/db/models/erasure.ts';
import { GalleryEntry } from '../../ground/db/models/gallery.ts';
import { Balance } from '../../ground/db/models/ledger.ts';
import { openStatuses, Task, terminalStatuses } from '../../ground/db/models/task.ts';
import { isPassing } from '../../ground/db/retryWrite.ts';
import { Problem } from '../../ground/errors.ts';
import type { Redis } from '../../ground/redis/createRedis.ts';
import { streamKey } from '../../ground/redis/redisKeys.ts';
import type { WakeSignals } from '../../ground/redis/wakeSignals.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { eraseLikes } from '../../library/assets/publications.ts';
import { postTransfer } from '../../money/credits/transfer.ts';
import { withdrawAsset } from '../../people/guilds/gallery.ts';
import { isGrowing } from '../../people/identity/accounts/moveJoined.ts';
import type { EventPublisher } from '../../work/events/outbox/commitAndPublish.ts';
import { cancelTask } from '../../work/tasks/cancelTask.ts';
import { leaveGroups } from '../people/groups.ts';

/*
 * A deleted account is erased by steps, each of which may be cut off anywhere and done again. The ledger stays, with the
 * person's id and without their words; the audit stays as it is, since it is sealed. Everything else goes.
 */

export interface ErasureDeps {
  database: Database;
  clock: Clock;
  redis: Redis;
  prefix: string;
  log: Logger;
  wakeSignals: WakeSignals;
  publisher?: EventPublisher | undefined;
}

const atOnce = 500;
const erasuresARun = 20;
const openStates = ['ending', 'erasing'] as const;
/** A request that was let in before the account was closed has been answered by then. */
const settledMs = 60_000;

/** Fails ten times within a day, and is then set aside: nobody's erasure waits for another's. */
const mostTries = 10;
const firstRestMs = 60_000;
const longestRestMs = 6 * 60 * 60_000;

const isSetAside = (tries: number): boolean => tries >= mostTries;

/** How many erasures wait for an administrator. */
export const countSetAside = async (database: Database): Promise<number> =>
  Erasure.query(database).whereIn('state', openStates).where('tries', '>=', mostTries).resultSize();

type SweepDeps = Omit<ErasureDeps, 'log'> & { logger: Pick<Logger, 'info' | 'warn' | 'error'> };

/** Continues every erasure that is due, each on its own. @returns how many are done now. */
export async function sweepErasures(deps: SweepDeps, signal: AbortSignal): Promise<number> {
  const now = deps.clock.now();
  const open = await Erasure.query(deps.database)
    .whereIn('state', openStates)
    .where('tries', '<', mostTries)
    .where((due) => due.whereNull('dueAt').orWhere('dueAt', '<=', now))
    .orderBy(['dueAt', 'askedAt'])
    .limit(erasuresARun);
  let done = 0;
  for (const erasure of open) {
    signal.throwIfAborted();
    if (await tryErasure(deps, erasure, signal)) done += 1;
  }
  if (done > 0) deps.logger.info({ done }, 'deleted accounts were erased');
  return done;
}

async function tryErasure(deps: SweepDeps, erasure: Erasure, signal: AbortSignal): Promise<boolean> {
  const { userId, askedAt } = erasure;
  const ageMs = deps.clock.now().getTime() - askedAt.getTime();
  try {
    await endWork(deps, userId);
    if (ageMs < settledMs) await putOff(deps, userId, settledMs - ageMs);
    else if (await erase(deps, userId, signal)) return true;
    // What it waits for, such as a slot, may take long.
    else await putOff(deps, userId, Math.min(Math.max(ageMs / 4, firstRestMs), longestRestMs));
  } catch (error) {
    if (signal.aborted || isPassing(error)) throw error;
    await noteFault(deps, erasure, error);
  }
  return false;
}

const putOff = (
  { database, clock }: SweepDeps,
  userId: string,
  restMs: number,
  patch: Partial<Erasure> = {},
) =>
  Erasure.query(database)
    .findById(userId)
    .patch({ ...patch, dueAt: new Date(clock.now().getTime() + restMs) });

async function noteFault(deps: SweepDeps, { userId, tries: before }: Erasure, error: unknown): Promise<void> {
  const tries = before + 1;
  const fault = String(error instanceof Error ? error.message : error).slice(0, 500);
  await putOff(deps, userId, Math.min(firstRestMs * 2 ** before, longestRestMs), { tries, fault });
  const facts = { err: error, userId, tries };
  if (isSetAside(tries))
    deps.logger.error(facts, 'an erasure is set aside: delete the account again to go on');
  else deps.logger.warn(facts, 'an erasure failed and is tried again later');
}

/** Ends what still works for the person: unfinished tasks, with all their credits back, and links to files. */
export async function endWork(deps: Omit<ErasureDeps, 'log'>, userId: string): Promise<void> {
  const open = await Task.query(deps.database).select('id').where({ userId }).whereIn('status', openStatuses);
  for (const { id } of open)
    await cancelTask(deps, id, userId).catch((error: unknown) => {
      // It finished meanwhile, which is fine.
      if (!(error instanceof Problem && error.code === 'task-finished')) throw error;
    });
  for (;;) {
    const shown = await Asset.query(deps.database)
      .select('id')
      .where({ userId })
      .whereNull('deletedAt')
      .limit(atOnce);
    if (shown.length === 0) return;
    await hideAssets(
      deps,
      shown.map(({ id }) => id),
    );
  }
}

const hideAssets = (
  { database, clock }: Pick<ErasureDeps, 'database' | 'clock'>,
  ids: readonly string[],
): Promise<void> =>
  inTransaction(database, async (trx) => {
    const now = clock.now();
    await Asset.query(trx)
      .findByIds([...ids])
      .patch({ deletedAt: now, favourite: false });
    const posted = await GalleryEntry.query(trx).distinct('assetId').whereIn('assetId', ids);
    for (const { assetId } of posted) await withdrawAsset(trx, assetId, now);
  });

/** @returns whether nothing is left. A slot may still be taken by a cancelled task: then the next run goes on. */
async function erase(deps: Omit<ErasureDeps, 'log'>, userId: string, signal: AbortSignal): Promise<boolean> {
  const { database, clock } = deps;
  if (await isGrowing(database, userId)) return false;
  await Erasure.query(database).findById(userId).where({ state: 'ending' }).patch({ state: 'erasing' });
  if (!(await writeOff(deps, userId))) return false;
  await eraseTasks(database, userId, signal);
  for (const step of erasedRows) {
    signal.throwIfAborted();
    await step(database, userId);
  }
  await deps.redis.del(streamKey(deps.prefix, { kind: 'user', id: userId }));
  const [task] = await Task.query(database).select('id').where({ userId }).limit(1);
  if (task) return false;
  const moved = await Erasure.query(database)
    .findById(userId)
    .where({ state: 'erasing' })
    .patch({ state: 'done', doneAt: clock.now() });
  return moved === 1;
}

/**
 * What is left of the person's credits goes back to where grants come from.
 * @returns false while an unfinished task holds some, or may give some back
 */
const writeOff = (
  { database, clock }: Pick<ErasureDeps, 'database' | 'clock'>,
  userId: string,
): Promise<boolean> =>
  inTransaction(database, async (trx) => {
    const balance = await Balance.query(trx).findById(userId).forUpdate();
    if (!balance || balance.openTasks > 0) return false;
    const { available } = balance;
    // Something may have come after an earlier one, such as a refund.
    for (let nth = 1; balance.available !== 0; nth += 1) {
      const businessKey = nth === 1 ? `erasure:${userId}` : `erasure:${userId}:${nth}`;
      const isPosted = await postTransfer(trx, {
        businessKey,
        kind: 'grant',
        userId,
        amount: -available,
        reason: 'account deleted',
        entries: [
          { account: 'available', userId, amount: -available },
          { account: 'grants', userId, amount: available },
        ],
        at: clock.now(),
      });
      if (isPosted) break;
    }
    return true;
  });

/** With their attempts, and with the events that tell of them. */
async function eraseTasks(database: Database, userId: string, signal: AbortSignal): Promise<void> {
  for (let after = ''; ; ) {
    signal.throwIfAborted();
    const page = await Task.query(database)
      .select('id')
      .where({ userId })
      .where('id', '>', after)
      .orderBy('id')
      .limit(atOnce);
    const ids = page.map(({ id }) => id);
    if (ids.length === 0) return;
    await database('outbox').whereIn('taskId', ids).delete();
    await Task.query(database)
      .findByIds(ids)
      .whereIn('status', terminalStatuses)
      // A slot that is still taken means that a backend still holds a cancelled task.
      .whereNotExists(database('slots').whereRaw('slots.task_id = tasks.id'))
      .delete();
    after = ids.at(-1) ?? after;
  }
}

type EraseRows = (database: Database, userId: string) => Promise<void>;

/** All rows of a person; deleting what is gone already is no error. */
const allOf =
  (table: string): EraseRows =>
  async (database, userId) => {
    for (;;) if ((await database(table).where({ userId }).limit(atOnce).delete()) < atOnce) return;
  };

/** The rows that hold a person's words, files or ways in. Deliveries go with their webhooks, tokens with their sessions. */
const erasedRows: readonly EraseRows[] = [
  eraseLikes,
  leaveGroups,
  ...[
    'asset_shares',
    'collection_members',
    'collections',
    'tags',
    'publication_pairs',
    'publications',
    'project_members',
    'projects',
    'assets',
    'prompt_filters',
    'idempotency',
    'preferences',
    'presets',
    'drafts',
    'webhooks',
    'sessions',
    'sign_in_tries',
    'discord_notices',
    'link_codes',
    'stars',
    'member_days',
    'grant_locks',
    'totp_factors',
    'recovery_codes',
    'sign_in_tickets',
    'password_resets',
    'program_codes',
    'passkeys',
    'passkey_challenges',
    // What moderators wrote about the person.
    'person_notes',
  ].map(allOf),
  // The words of a gift; the movement stays.
  async (database, userId) => {
    await database('transfers')
      .where({ userId, kind: 'gift' })
      .whereNot({ reason: '' })
      .update({ reason: '' });
  },
  // What was found wrong stays; the words go.
  async (database, userId) => {
    await database('reports').where({ reporterId: userId }).whereNotNull('text').update({ text: null });
  },
  // The bytes stay refused; the person's plea goes.
  async (database, userId) => {
    await database('quarantines').where({ userId }).whereNotNull('appeal').update({ appeal: null });
  },
];
