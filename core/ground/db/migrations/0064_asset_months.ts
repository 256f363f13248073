import type { Knex } from 'knex';

/** What a person is shown is counted by month from index entries alone. */
export async function up(database: Knex): Promise<void> {
  const [rows] = (await database.raw('SHOW INDEX FROM assets')) as [{ Key_name: string }[]];
  // An interrupted migration is run again and keeps what exists.
  if (!rows.some(({ Key_name }) => Key_name === 'assets_months'))
    await database.raw(
      'ALTER TABLE assets ADD KEY assets_months (user_id, deleted_at, quarantined_at, created_at)',
    );
}

export async function down(database: Knex): Promise<void> {
  await database.raw('ALTER TABLE assets DROP KEY assets_months');
}
