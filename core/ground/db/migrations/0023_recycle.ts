import type { Knex } from 'knex';

const columns = {
  recycle_state: 'VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NULL',
  recycle_since: 'DATETIME(3) NULL',
  recycle_reason: 'VARCHAR(500) NULL',
  recycle_returns: 'BOOLEAN NOT NULL DEFAULT TRUE',
  recycle_fault: 'VARCHAR(500) NULL',
  fresh_since: 'DATETIME(3) NULL',
  memory_floor_bytes: 'BIGINT NULL',
} as const;

/**
 * The recycle of a backend: how far it is, why, whether the backend takes tasks again afterwards, and how the last one
 * ended; and what makes one due: since when its process is fresh, and the memory that it used then.
 */
export async function up(database: Knex): Promise<void> {
  // Each statement commits by itself: an interrupted migration continues after the last one.
  for (const [name, type] of Object.entries(columns))
    if (!(await database.schema.hasColumn('backends', name)))
      await database.raw(`ALTER TABLE backends ADD COLUMN ${name} ${type}`);
}

export async function down(database: Knex): Promise<void> {
  for (const name of Object.keys(columns)) await database.raw(`ALTER TABLE backends DROP COLUMN ${name}`);
}
