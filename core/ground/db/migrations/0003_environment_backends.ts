import type { Knex } from 'knex';

/**
 * Marks the servers that are in the pool because `COMFYUI_URLS` names them. Servers that an administrator added have
 * an audit record; all others came from the variable.
 */
export async function up(database: Knex): Promise<void> {
  await database.raw('ALTER TABLE backends ADD COLUMN from_environment BOOLEAN NOT NULL DEFAULT FALSE');
  await database.raw(
    `UPDATE backends SET from_environment = TRUE
     WHERE removed_at IS NULL AND NOT EXISTS (
       SELECT 1 FROM audit
       WHERE audit.action = 'backend.create' AND audit.target = CONCAT('backend:', backends.id)
     )`,
  );
}

export async function down(database: Knex): Promise<void> {
  await database.raw('ALTER TABLE backends DROP COLUMN from_environment');
}
