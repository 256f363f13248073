import type { Knex } from 'knex';

const indexes: Record<string, Record<string, string>> = {
  tasks: {
    tasks_finished: '(finished_at)',
    // Has all that the leader and the counts of the queue read, so that neither looks at the rows of a long queue.
    tasks_waiting: '(status, lane, user_id, id, attempt, created_at, estimate_seconds)',
    tasks_workflow: '(status, workflow_name, workflow_version)',
    tasks_user_type: '(user_id, type, id)',
    tasks_user_newest: '(user_id, status, id)',
  },
  transfers: { transfers_actor: '(actor_id, kind, id)' },
  ledger_entries: { ledger_entries_user: '(user_id, transfer_id, account, amount)' },
  assets: { assets_deleted: '(deleted_at)' },
  webhook_deliveries: { webhook_deliveries_age: '(due_at)' },
  api_keys: { api_keys_kind: '(kind, revoked_at, created_at, id)' },
  link_codes: { link_codes_expires: '(expires_at)' },
};

/**
 * Indexes for the queries of people and loops on tables that grow, and the checks of the ledger, which run in parts.
 * An interrupted migration is run again and keeps what exists.
 */
export async function up(database: Knex): Promise<void> {
  for (const [table, wanted] of Object.entries(indexes)) {
    const present = await listIndexes(database, table);
    const missing = Object.entries(wanted).filter(([name]) => !present.has(name));
    if (missing.length === 0) continue;
    await database.raw(
      `ALTER TABLE ${table} ${missing.map(([name, columns]) => `ADD KEY ${name} ${columns}`).join(', ')}`,
    );
  }
  await database.raw(
    `CREATE TABLE IF NOT EXISTS ledger_checks (
       id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
       started_at DATETIME(3) NOT NULL,
       finished_at DATETIME(3) NULL,
       running TINYINT NULL,
       revision INT NOT NULL DEFAULT 0,
       position JSON NOT NULL,
       findings JSON NOT NULL,
       UNIQUE KEY ledger_checks_running (running),
       KEY ledger_checks_finished (finished_at)
     ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`,
  );
}

async function listIndexes(database: Knex, table: string): Promise<Set<string>> {
  const [rows] = (await database.raw(`SHOW INDEX FROM ${table}`)) as [{ Key_name: string }[]];
  return new Set(rows.map(({ Key_name }) => Key_name));
}

export async function down(database: Knex): Promise<void> {
  await database.raw('DROP TABLE ledger_checks');
  for (const [table, added] of Object.entries(indexes))
    await database.raw(
      `ALTER TABLE ${table} ${Object.keys(added)
        .map((name) => `DROP KEY ${name}`)
        .join(', ')}`,
    );
}
