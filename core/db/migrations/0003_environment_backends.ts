import type { Knex } from 'knex';

/**
 * Which servers stand in the pool because `COMFYUI_URLS` names them. Those that an administrator put there have a
 * record of it; the rest of what there is came from the variable.
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
