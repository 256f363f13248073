import type { Knex } from 'knex';

/**
 * Why a GPU server is not up, and its encrypted credentials. One statement adds all columns or none, so one of them
 * shows whether an interrupted run had added them.
 */
export async function up(database: Knex): Promise<void> {
  if (await database.schema.hasColumn('backends', 'state_reason')) return;
  const ascii = 'CHARACTER SET ascii COLLATE ascii_bin';
  await database.raw(
    `ALTER TABLE backends
       ADD COLUMN state_reason VARCHAR(500) NULL,
       ADD COLUMN credentials TEXT ${ascii} NULL,
       ADD COLUMN credentials_kind VARCHAR(16) ${ascii} NULL,
       ADD COLUMN credentials_from_environment BOOLEAN NOT NULL DEFAULT FALSE`,
  );
}

export async function down(database: Knex): Promise<void> {
  await database.raw(
    `ALTER TABLE backends
       DROP COLUMN state_reason,
       DROP COLUMN credentials,
       DROP COLUMN credentials_kind,
       DROP COLUMN credentials_from_environment`,
  );
}
