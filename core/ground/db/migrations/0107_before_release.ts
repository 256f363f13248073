import type { Knex } from 'knex';

const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin';
/** A session or a key. */
const maker = 'VARCHAR(48) CHARACTER SET ascii COLLATE ascii_bin NULL';
const suffix = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci';

const tables = [
  // Events that the relay has published and whose webhooks do not know of them yet.
  `CREATE TABLE IF NOT EXISTS webhook_events (
    outbox_id BIGINT NOT NULL PRIMARY KEY,
    tries INT NOT NULL DEFAULT 0,
    due_at DATETIME(3) NOT NULL,
    failed_at DATETIME(3) NULL,
    KEY webhook_events_due (failed_at, due_at)
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`,
  // When, from where and by what somebody signed in to an account, or failed to.
  `CREATE TABLE IF NOT EXISTS sign_in_tries (
    id ${id} NOT NULL PRIMARY KEY,
    user_id ${id} NULL,
    at DATETIME(3) NOT NULL,
    address VARCHAR(45) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    user_agent VARCHAR(200) NOT NULL,
    succeeded BOOLEAN NOT NULL,
    KEY sign_in_tries_user (user_id, id), KEY sign_in_tries_at (at)
  ) ${suffix}`,
  // Accounts that were joined, while what they made still moves: see `moveJoined`.
  `CREATE TABLE IF NOT EXISTS account_joins (
    from_id ${id} NOT NULL PRIMARY KEY,
    into_id ${id} NOT NULL,
    joined_at DATETIME(3) NOT NULL,
    KEY account_joins_into (into_id)
  ) ${suffix}`,
];

/** Each is the columns of a table and their keys; the first column shows whether an interrupted run had added them. */
const columns: readonly (readonly [table: string, column: string, statement: string])[] = [
  // How often a result was begun to be collected by owners after the first.
  ['attempts', 'collects', 'ADD COLUMN collects TINYINT UNSIGNED NOT NULL DEFAULT 0'],
  // How long each attempt had the GPU. Earlier ones had it from their start to their end.
  ['attempts', 'ran_ms', 'ADD COLUMN ran_ms INT UNSIGNED NULL'],
  // Masks are in no list of a person's pictures. Those of before are not told apart from pictures, and stay in it.
  [
    'assets',
    'is_mask',
    `ADD COLUMN is_mask BOOLEAN NOT NULL DEFAULT FALSE, DROP KEY assets_months,
       ADD KEY assets_months (user_id, deleted_at, quarantined_at, created_at, is_mask)`,
  ],
  // When the person of a session last proved that it is them.
  ['sessions', 'proven_at', 'ADD COLUMN proven_at DATETIME(3) NULL'],
  // The session that a one-time code was made in, and that of the code that opened a session.
  ['sessions', 'made_by', `ADD COLUMN made_by ${maker}, ADD KEY sessions_maker (made_by)`],
  ['link_codes', 'made_by', `ADD COLUMN made_by ${maker}, ADD KEY link_codes_maker (made_by)`],
  // The key or the session that a link ends with. Links that exist are their person's.
  ['asset_shares', 'made_by', `ADD COLUMN made_by ${maker}, ADD KEY asset_shares_maker (made_by)`],
  // What was given away through a service key on a day.
  ['key_days', 'given', 'ADD COLUMN given BIGINT UNSIGNED NOT NULL DEFAULT 0'],
  // How many refunds of an order the provider refused, or sent and had fail: each try has a key of its own.
  ['orders', 'refund_tries', 'ADD COLUMN refund_tries INT UNSIGNED NOT NULL DEFAULT 0'],
  // How often each erasure failed, and when it is tried again.
  [
    'erasures',
    'tries',
    `ADD COLUMN tries INT UNSIGNED NOT NULL DEFAULT 0, ADD COLUMN due_at DATETIME(3) NULL,
       ADD COLUMN fault VARCHAR(500) NULL, ADD KEY erasures_due (state, due_at)`,
  ],
];

// What GPU servers that have gone leave behind is found by its age.
const indexes = [
  ['backends', 'backends_removed', 'removed_at'],
  ['run_times', 'run_times_age', 'updated_at'],
] as const;

/** What came between 717ca64b and the first release. A database that has had a part of it gets the rest. */
export async function up(database: Knex): Promise<void> {
  // Each statement commits by itself: an interrupted migration continues after the last one.
  for (const table of tables) await database.raw(table);
  for (const [table, column, statement] of columns)
    if (!(await database.schema.hasColumn(table, column)))
      await database.raw(`ALTER TABLE ${table} ${statement}`);
  for (const [table, index, column] of indexes) {
    const [rows] = await database.raw(`SHOW INDEX FROM ${table} WHERE Key_name = ?`, [index]);
    if (rows.length === 0) await database.raw(`ALTER TABLE ${table} ADD INDEX ${index} (${column})`);
  }
  // Sessions that are open signed in when they began.
  await database.raw(
    'UPDATE sessions SET proven_at = created_at WHERE proven_at IS NULL AND service_key_id IS NULL',
  );
}
