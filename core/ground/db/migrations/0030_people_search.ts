import type { Knex } from 'knex';

const indexes = { identities_subject: '(subject)', identities_display_name: '(display_name)' };

/** People are found by what they are called at other services. */
export async function up(database: Knex): Promise<void> {
  const [rows] = (await database.raw('SHOW INDEX FROM identities')) as [{ Key_name: string }[]];
  const present = new Set(rows.map(({ Key_name }) => Key_name));
  // Each statement commits by itself: an interrupted migration continues after the last one.
  for (const [name, columns] of Object.entries(indexes))
    if (!present.has(name)) await database.raw(`ALTER TABLE identities ADD KEY ${name} ${columns}`);
}

export async function down(database: Knex): Promise<void> {
  for (const name of Object.keys(indexes)) await database.raw(`ALTER TABLE identities DROP KEY ${name}`);
}
