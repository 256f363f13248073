import type { Knex } from 'knex';

/** A key may stand for an asset in place of a task: a picture that was taken from a link. */
export async function up(database: Knex): Promise<void> {
  // Each statement commits by itself: an interrupted migration continues after the last one.
  if (await database.schema.hasColumn('idempotency', 'asset_id')) return;
  await database.raw(
    `ALTER TABLE idempotency
      MODIFY task_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
      ADD COLUMN asset_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL`,
  );
}

export async function down(database: Knex): Promise<void> {
  if (!(await database.schema.hasColumn('idempotency', 'asset_id'))) return;
  await database('idempotency').whereNull('task_id').delete();
  await database.raw(
    `ALTER TABLE idempotency
      MODIFY task_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      DROP COLUMN asset_id`,
  );
}
