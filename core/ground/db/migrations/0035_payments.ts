import type { Knex } from 'knex';

const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin';
const word = 'VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin';
const text = (length: number) => `VARCHAR(${length}) CHARACTER SET ascii COLLATE ascii_bin`;
const suffix = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci';

const tables = [
  // The last version of a package holds.
  `CREATE TABLE IF NOT EXISTS credit_packages (
    id ${id} NOT NULL,
    version INT NOT NULL,
    name_en VARCHAR(100) NOT NULL,
    name_zh VARCHAR(100) NOT NULL,
    credits BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    currency ${word} NOT NULL,
    active BOOLEAN NOT NULL,
    created_at DATETIME(3) NOT NULL,
    PRIMARY KEY (id, version)
  ) ${suffix}`,
  `CREATE TABLE IF NOT EXISTS orders (
    id ${id} NOT NULL PRIMARY KEY,
    user_id ${id} NOT NULL,
    order_key ${text(64)} NOT NULL,
    provider ${word} NOT NULL,
    state ${word} NOT NULL,
    version INT NOT NULL DEFAULT 1,
    package_id ${id} NOT NULL,
    package_version INT NOT NULL,
    name VARCHAR(100) NOT NULL,
    credits BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    currency ${word} NOT NULL,
    provider_ref ${text(255)} NULL,
    checkout_url ${text(2048)} NULL,
    payment_ref ${text(255)} NULL,
    refunded BIGINT NOT NULL DEFAULT 0,
    refund_wanted BIGINT NOT NULL DEFAULT 0,
    disputed BIGINT NOT NULL DEFAULT 0,
    taken_back BIGINT NOT NULL DEFAULT 0,
    fault VARCHAR(500) NULL,
    created_at DATETIME(3) NOT NULL,
    expires_at DATETIME(3) NOT NULL,
    paid_at DATETIME(3) NULL,
    due_at DATETIME(3) NULL,
    UNIQUE KEY orders_key (user_id, order_key),
    UNIQUE KEY orders_ref (provider, provider_ref),
    KEY orders_payment (payment_ref),
    KEY orders_user (user_id, id),
    KEY orders_state (state, id),
    KEY orders_due (due_at),
    CONSTRAINT orders_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
  ) ${suffix}`,
  `CREATE TABLE IF NOT EXISTS payment_events (
    id ${text(255)} NOT NULL PRIMARY KEY,
    order_id ${id} NULL,
    received_at DATETIME(3) NOT NULL,
    KEY payment_events_received (received_at)
  ) ${suffix}`,
];

/** What is sold, who ordered it, which notices were handled, and what people owe after money went back. */
export async function up(database: Knex): Promise<void> {
  // Each statement commits by itself: an interrupted migration continues after the last one.
  for (const table of tables) await database.raw(table);
  if (!(await database.schema.hasColumn('balances', 'debt')))
    await database.raw(
      `ALTER TABLE balances ADD COLUMN debt BIGINT NOT NULL DEFAULT 0,
         ADD KEY balances_debt (debt), ADD CONSTRAINT balances_debt_not_negative CHECK (debt >= 0)`,
    );
}

export async function down(database: Knex): Promise<void> {
  await database.raw(
    'ALTER TABLE balances DROP CONSTRAINT balances_debt_not_negative, DROP KEY balances_debt, DROP COLUMN debt',
  );
  for (const table of ['payment_events', 'orders', 'credit_packages'])
    await database.raw(`DROP TABLE IF EXISTS ${table}`);
}
