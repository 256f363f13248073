import type { Knex } from 'knex';

/** A code of the start's own link: it signs in on the machine that runs the platform, and nowhere else. */
export async function up(database: Knex): Promise<void> {
  // An interrupted migration is run again.
  if (!(await database.schema.hasColumn('link_codes', 'this_machine_only')))
    await database.raw('ALTER TABLE link_codes ADD COLUMN this_machine_only BOOLEAN NOT NULL DEFAULT FALSE');
}

/** The older release would take the codes from anywhere. */
export async function down(database: Knex): Promise<void> {
  if (!(await database.schema.hasColumn('link_codes', 'this_machine_only'))) return;
  await database.raw('DELETE FROM link_codes WHERE this_machine_only');
  await database.raw('ALTER TABLE link_codes DROP COLUMN this_machine_only');
}
