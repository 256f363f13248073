import type { Database, Transaction } from '../../ground/db/connect.ts';
import { GuildCredits } from '../../ground/db/models/ledger.ts';
import { invariant } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { largestAmount, requireSameTransfer } from './credits.ts';
import { countGift } from './giftLimit.ts';
import { requireUnlocked } from './grantLocks.ts';
import { countKeyGift, type ThroughKey } from './keyGifts.ts';
import { postTransfer } from './transfer.ts';

/*
 * A Discord server's shared credits: an account of its own in the ledger, which members and the platform's
 * administrators fill, and which pays for tasks of members who have an allowance there. Credits never go from it into
 * a person's balance.
 */

/** Whole credits; 0 for a server that never had any. */
export async function findGuildCredits(
  database: Database,
  guildId: string,
): Promise<Pick<GuildCredits, 'available' | 'held'>> {
  const { available = 0, held = 0 } = (await GuildCredits.query(database).findById(guildId)) ?? {};
  return { available, held };
}

/** What can be spent. The row stays locked until the transaction ends. */
export async function lockGuildCredits(trx: Transaction, guildId: string): Promise<number> {
  return (await GuildCredits.query(trx).findById(guildId).forUpdate())?.available ?? 0;
}

interface GuildGrant {
  guildId: string;
  /** Negative takes credits away; below zero is refused. Never 0. */
  amount: number;
  /** Unique over all grants, those of people included. */
  key: string;
  reason: string;
  actorId: string;
}

/**
 * Gives a server credits out of the platform's grants account, or takes them back.
 * @returns false when this grant was made before.
 * @throws Problem `idempotency-conflict`, `insufficient-credits`.
 */
export async function grantGuildCredits(
  deps: { clock: Clock },
  trx: Transaction,
  { guildId, amount, key, reason, actorId }: GuildGrant,
): Promise<boolean> {
  invariant(Number.isSafeInteger(amount) && Math.abs(amount) <= largestAmount, 'a grant within bounds');
  const businessKey = `grant:${key}`;
  await requireRow(deps, trx, guildId);
  const posted = await postTransfer(trx, {
    businessKey,
    kind: 'grant',
    userId: guildId,
    amount,
    reason,
    actorId,
    entries: [
      { account: 'grants', userId: guildId, amount: -amount },
      { account: 'guild-available', userId: guildId, amount },
    ],
    at: deps.clock.now(),
  });
  if (!posted) await requireSameTransfer(trx, businessKey, guildId, amount);
  return posted;
}

interface GuildGift {
  fromUserId: string;
  guildId: string;
  amount: number;
  /** Unique among the giver's gifts, those to people included. */
  key: string;
  reason: string;
  /** What the giver may give away in a day. Default: no limit. */
  perDay?: number;
  through?: ThroughKey | undefined;
}

/**
 * Moves a person's available credits into a server's.
 * @returns false when this gift was made before.
 * @throws Problem `insufficient-credits`, `credits-locked`, `quota-exceeded`, `idempotency-conflict`.
 */
export async function giveToGuild(
  deps: { clock: Clock },
  trx: Transaction,
  gift: GuildGift,
): Promise<boolean> {
  const { fromUserId, guildId, amount, key, reason } = gift;
  invariant(Number.isSafeInteger(amount) && amount > 0, 'a gift is a positive whole number');
  const businessKey = `gift:${fromUserId}:${key}`;
  const at = deps.clock.now();
  await requireRow(deps, trx, guildId);
  const posted = await postTransfer(trx, {
    businessKey,
    kind: 'gift',
    userId: fromUserId,
    amount,
    reason,
    actorId: guildId,
    entries: [
      { account: 'available', userId: fromUserId, amount: -amount },
      { account: 'guild-available', userId: guildId, amount },
    ],
    at,
  });
  if (posted) {
    await requireUnlocked(trx, gift, at);
    if (gift.perDay !== undefined) await countGift(trx, gift, gift.perDay, at);
    if (gift.through) await countKeyGift(trx, gift.through, amount, at);
  } else await requireSameTransfer(trx, businessKey, fromUserId, amount, guildId);
  return posted;
}

/** The row that the movement locks. */
async function requireRow({ clock }: { clock: Clock }, trx: Transaction, guildId: string): Promise<void> {
  if (await GuildCredits.query(trx).select('guildId').findById(guildId)) return;
  await trx(GuildCredits.tableName)
    .insert({ guildId, available: 0, held: 0, createdAt: clock.now() })
    .onConflict()
    // To ignore the conflict would lock the row for reads alone, and two movements that hold it so would wait for each other.
    .merge(['guildId']);
}
