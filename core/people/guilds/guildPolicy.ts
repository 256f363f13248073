import { changedParts, recordAct } from '../../ground/audit.ts';
import { type Database, inTransaction, isDuplicateEntry } from '../../ground/db/connect.ts';
import { GuildPolicyRecord } from '../../ground/db/models/operation.ts';
import type { Clock } from '../../ground/runtime/clock.ts';

/** As in the API's contract; opaque here. */
type Policy = Record<string, unknown>;

/** The policy of a Discord server's managers; undefined if they never set one. */
export async function findGuildPolicy(database: Database, guildId: string): Promise<Policy | undefined> {
  return (await GuildPolicyRecord.query(database).findById(guildId))?.policy;
}

/**
 * Changes a server's policy and records who did what, all or nothing. Simultaneous changes come one after another, so
 * that none undoes another.
 * @param change makes the new policy from the present one, or from `{}`. If it throws, nothing changes.
 */
export async function changeGuildPolicy(
  deps: { database: Database; clock: Clock },
  guildId: string,
  change: (policy: Policy) => Policy,
  act: { actorId: string | null; data?: Record<string, unknown> },
): Promise<Policy> {
  const once = () =>
    inTransaction(deps.database, async (trx) => {
      const updatedAt = deps.clock.now();
      const record = await GuildPolicyRecord.query(trx).findById(guildId).forUpdate();
      const before = record?.policy ?? {};
      const policy = change(before);
      if (record)
        await GuildPolicyRecord.query(trx)
          .findById(guildId)
          .patch({ policy, updatedAt, revision: record.revision + 1 });
      else await GuildPolicyRecord.query(trx).insert({ guildId, policy, updatedAt });
      const data = { ...act.data, ...changedParts(before, policy) };
      await recordAct(deps, trx, { ...act, action: 'guild.policy', target: `guild:${guildId}`, data });
      return policy;
    });
  try {
    return await once();
  } catch (error) {
    if (!isDuplicateEntry(error)) throw error;
    // Another transaction was first: now there is a row to wait for.
    return once();
  }
}
