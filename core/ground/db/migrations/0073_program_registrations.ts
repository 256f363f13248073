import type { Knex } from 'knex';

/** Programs without an address of their own, as they described themselves: nobody's, and without secrets. */
export async function up(database: Knex): Promise<void> {
  await database.raw(`CREATE TABLE IF NOT EXISTS program_registrations (
    id CHAR(47) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    name VARCHAR(64) NOT NULL,
    redirect_uris TEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    created_at DATETIME(3) NOT NULL,
    expires_at DATETIME(3) NOT NULL,
    KEY program_registrations_expiry (expires_at)
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
}

export async function down(database: Knex): Promise<void> {
  await database.raw('DROP TABLE IF EXISTS program_registrations');
}
