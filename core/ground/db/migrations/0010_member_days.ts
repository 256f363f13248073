import type { Knex } from 'knex';

/** How many tasks a person had in a Discord server on a day, counted when they are accepted. */
export async function up(database: Knex): Promise<void> {
  await database.raw(
    `CREATE TABLE IF NOT EXISTS member_days (
       user_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
       guild_id VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
       day DATE NOT NULL,
       tasks INT UNSIGNED NOT NULL,
       PRIMARY KEY (user_id, guild_id, day),
       KEY member_days_day (day)
     ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`,
  );
}

export async function down(database: Knex): Promise<void> {
  await database.raw('DROP TABLE member_days');
}
