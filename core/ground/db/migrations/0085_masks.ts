import type { Knex } from 'knex';

const before = '(user_id, deleted_at, quarantined_at, created_at)';
const after = '(user_id, deleted_at, quarantined_at, created_at, is_mask)';

/** Masks are in no list of a person's pictures. Those of before are not told apart from pictures, and stay in it. */
export async function up(database: Knex): Promise<void> {
  if (await database.schema.hasColumn('assets', 'is_mask')) return;
  await database.raw(
    `ALTER TABLE assets ADD COLUMN is_mask BOOLEAN NOT NULL DEFAULT FALSE,
       DROP KEY assets_months, ADD KEY assets_months ${after}`,
  );
}

export async function down(database: Knex): Promise<void> {
  if (!(await database.schema.hasColumn('assets', 'is_mask'))) return;
  await database.raw(
    `ALTER TABLE assets DROP KEY assets_months, ADD KEY assets_months ${before}, DROP COLUMN is_mask`,
  );
}
