import type { Knex } from 'knex';

/** Events that the relay has published and whose webhooks do not know of them yet. */
export async function up(database: Knex): Promise<void> {
  await database.raw(
    `CREATE TABLE IF NOT EXISTS webhook_events (
      outbox_id BIGINT NOT NULL PRIMARY KEY,
      tries INT NOT NULL DEFAULT 0,
      due_at DATETIME(3) NOT NULL,
      failed_at DATETIME(3) NULL,
      KEY webhook_events_due (failed_at, due_at)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`,
  );
}

export async function down(database: Knex): Promise<void> {
  await database.raw('DROP TABLE IF EXISTS webhook_events');
}
