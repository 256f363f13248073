import { type Actor, noteKeyOf, recordAct } from '../../ground/audit.ts';
import { type Database, inTransaction } from '../../ground/db/connect.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { grantGuildCredits } from '../credits/guildCredits.ts';
import { countKeyGift, type ThroughKey } from '../credits/keyGifts.ts';

interface GuildCreditsChange {
  guildId: string;
  amount: number;
  reason: string;
  key: string;
  through?: ThroughKey | undefined;
}

/**
 * Gives a Discord server shared credits, or takes them by a negative amount.
 * @throws Problem `insufficient-credits`, `quota-exceeded`, `idempotency-conflict`.
 */
export async function changeGuildCredits(
  deps: { database: Database; clock: Clock },
  actor: Actor,
  { guildId, amount, reason, key, through }: GuildCreditsChange,
): Promise<void> {
  await inTransaction(deps.database, async (trx) => {
    const grant = { guildId, amount, reason, key: `admin:${key}`, actorId: actor.id };
    if (!(await grantGuildCredits(deps, trx, grant))) return;
    if (through && amount > 0) await countKeyGift(trx, through, amount, deps.clock.now());
    await recordAct(deps, trx, {
      actorId: actor.id,
      action: 'guild.credits',
      target: `guild:${guildId}`,
      data: { amount, reason, key, ...noteKeyOf(actor) },
    });
  });
}
