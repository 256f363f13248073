import type { Knex } from 'knex';

/** For the event of a task before another: whoever commits an event asks for it. */
export async function up(database: Knex): Promise<void> {
  const [rows] = (await database.raw("SHOW INDEX FROM outbox WHERE Key_name = 'outbox_task'")) as [object[]];
  if (rows.length === 0) await database.raw('ALTER TABLE outbox ADD KEY outbox_task (task_id, id)');
}

export async function down(database: Knex): Promise<void> {
  await database.raw('ALTER TABLE outbox DROP KEY outbox_task');
}
