import type { Knex } from 'knex';

const guildId = 'VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin';

/**
 * A Discord server's own credits, how many of them each member used on a day, and the server that paid for a task. In
 * the ledger a server's id takes the place of a person's. Processes of the previous version would settle such a task
 * with its person, but none is accepted before the last of them has ended and a server gives an allowance.
 */
export async function up(database: Knex): Promise<void> {
  await database.raw(
    `CREATE TABLE IF NOT EXISTS guild_credits (
       guild_id ${guildId} NOT NULL PRIMARY KEY,
       available BIGINT NOT NULL DEFAULT 0,
       held BIGINT NOT NULL DEFAULT 0,
       created_at DATETIME(3) NOT NULL,
       CONSTRAINT guild_credits_available_not_negative CHECK (available >= 0),
       CONSTRAINT guild_credits_held_not_negative CHECK (held >= 0)
     ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`,
  );
  if (!(await database.schema.hasColumn('member_days', 'shared_credits')))
    await database.raw('ALTER TABLE member_days ADD COLUMN shared_credits BIGINT NOT NULL DEFAULT 0');
  if (!(await database.schema.hasColumn('tasks', 'payer_guild_id')))
    await database.raw(`ALTER TABLE tasks ADD COLUMN payer_guild_id ${guildId} NULL`);
}

export async function down(database: Knex): Promise<void> {
  await database.raw('ALTER TABLE tasks DROP COLUMN payer_guild_id');
  await database.raw('ALTER TABLE member_days DROP COLUMN shared_credits');
  await database.raw('DROP TABLE guild_credits');
}
