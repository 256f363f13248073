import type { Knex } from 'knex';

/** At most one active version of a name: the database's word, since several processes add versions at once. */
export async function up(database: Knex): Promise<void> {
  await database.raw(
    `ALTER TABLE workflows
       ADD COLUMN active_name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin AS (IF(active, name, NULL)) STORED,
       ADD UNIQUE KEY workflows_active (active_name)`,
  );
}

export async function down(database: Knex): Promise<void> {
  await database.raw('ALTER TABLE workflows DROP KEY workflows_active, DROP COLUMN active_name');
}
