import type { Knex } from 'knex';

const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin';
const word = 'VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL';
const suffix = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci';

/** GPU servers by the hour, what was decided about them last, and codes by which they join in nobody's name. */
export async function up(database: Knex): Promise<void> {
  await database.raw(`CREATE TABLE IF NOT EXISTS rentals (
    id ${id} NOT NULL PRIMARY KEY,
    name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    state ${word},
    backend_id ${id} NULL,
    price DOUBLE NOT NULL,
    tasks INT NULL,
    fault VARCHAR(500) NULL,
    created_at DATETIME(3) NOT NULL,
    serving_at DATETIME(3) NULL,
    ended_at DATETIME(3) NULL,
    UNIQUE KEY rentals_name (name),
    KEY rentals_ended (ended_at),
    CONSTRAINT rentals_state_known CHECK (state IN ('wanted', 'starting', 'serving', 'draining', 'stopping', 'ended'))
  ) ${suffix}`);
  await database.raw(`CREATE TABLE IF NOT EXISTS rental_decisions (
    id TINYINT NOT NULL PRIMARY KEY,
    content TEXT NOT NULL,
    decided_at DATETIME(3) NOT NULL
  ) ${suffix}`);
  if (await database.schema.hasColumn('join_codes', 'rental_id')) return;
  await database.raw(`ALTER TABLE join_codes ADD COLUMN rental_id ${id} NULL, MODIFY made_by ${id} NULL`);
}
