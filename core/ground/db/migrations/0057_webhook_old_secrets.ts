import type { Knex } from 'knex';

const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin';

/** The secrets of webhooks that were replaced and still sign; they go with their webhook. */
export async function up(database: Knex): Promise<void> {
  await database.raw(`CREATE TABLE IF NOT EXISTS webhook_old_secrets (
    id ${id} NOT NULL PRIMARY KEY,
    webhook_id ${id} NOT NULL,
    secret VARCHAR(500) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    ends_at DATETIME(3) NOT NULL,
    KEY webhook_old_secrets_webhook (webhook_id, ends_at),
    KEY webhook_old_secrets_end (ends_at),
    CONSTRAINT webhook_old_secrets_fk FOREIGN KEY (webhook_id) REFERENCES webhooks (id) ON DELETE CASCADE
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
}

export async function down(database: Knex): Promise<void> {
  await database.raw('DROP TABLE IF EXISTS webhook_old_secrets');
}
