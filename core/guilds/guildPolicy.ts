import type { Clock } from '../clock.ts';
import { type Database, isDuplicateEntry } from '../db/connect.ts';
import { GuildPolicyRecord } from '../db/models/operation.ts';

/** What a Discord server's managers set, or undefined where they never did. */
export async function findGuildPolicy(
  database: Database,
  guildId: string,
): Promise<Record<string, unknown> | undefined> {
  return (await GuildPolicyRecord.query(database).findById(guildId))?.policy;
}

/** Replaces the whole policy. */
export async function saveGuildPolicy(
  deps: { database: Database; clock: Clock },
  guildId: string,
  policy: Record<string, unknown>,
): Promise<void> {
  const updatedAt = deps.clock.now();
  const replace = () =>
    GuildPolicyRecord.query(deps.database)
      .findById(guildId)
      .patch({ policy, updatedAt, revision: deps.database.raw('revision + 1') as unknown as number });
  if ((await replace()) === 1) return;
  try {
    await GuildPolicyRecord.query(deps.database).insert({ guildId, policy, updatedAt });
  } catch (error) {
    if (!isDuplicateEntry(error)) throw error;
    await replace();
  }
}
