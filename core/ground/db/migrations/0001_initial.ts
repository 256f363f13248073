import type { Knex } from 'knex';

/*
 * Types shared by all tables:
 * - ids are UUIDv7 text: they sort by creation and can be read in a query;
 * - times are UTC with milliseconds; leases are written and compared with the database's clock alone;
 * - credits are BIGINT and stay below 2^53 (checked in the code that adds them);
 * - JSON is opaque to queries: searched values have columns of their own.
 */
const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin';
const word = 'VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin';
const sha256 = 'CHAR(64) CHARACTER SET ascii COLLATE ascii_bin';
const suffix = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci';

const identity = [
  `CREATE TABLE users (
    id ${id} NOT NULL PRIMARY KEY,
    username VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL UNIQUE,
    password_hash VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NULL,
    role ${word} NOT NULL DEFAULT 'user',
    locale ${word} NOT NULL DEFAULT 'en',
    disabled_at DATETIME(3) NULL,
    merged_into ${id} NULL,
    created_at DATETIME(3) NOT NULL
  ) ${suffix}`,
  `CREATE TABLE identities (
    provider ${word} NOT NULL,
    subject VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    user_id ${id} NOT NULL,
    created_at DATETIME(3) NOT NULL,
    PRIMARY KEY (provider, subject),
    KEY identities_user (user_id),
    CONSTRAINT identities_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
  ) ${suffix}`,
  `CREATE TABLE sessions (
    id ${id} NOT NULL PRIMARY KEY,
    user_id ${id} NOT NULL,
    user_agent VARCHAR(200) NOT NULL DEFAULT '',
    created_at DATETIME(3) NOT NULL,
    used_at DATETIME(3) NOT NULL,
    expires_at DATETIME(3) NOT NULL,
    revoked_at DATETIME(3) NULL,
    KEY sessions_user (user_id, revoked_at),
    KEY sessions_expires (expires_at),
    CONSTRAINT sessions_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
  ) ${suffix}`,
  // A family is the set of rows with one session; exactly one of them is unused while the session lives.
  `CREATE TABLE refresh_tokens (
    token_hash ${sha256} NOT NULL PRIMARY KEY,
    session_id ${id} NOT NULL,
    created_at DATETIME(3) NOT NULL,
    used_at DATETIME(3) NULL,
    KEY refresh_tokens_session (session_id),
    CONSTRAINT refresh_tokens_session_fk FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE CASCADE
  ) ${suffix}`,
  `CREATE TABLE api_keys (
    id CHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    user_id ${id} NOT NULL,
    kind ${word} NOT NULL,
    name VARCHAR(64) NOT NULL,
    secret_hash ${sha256} NOT NULL,
    created_at DATETIME(3) NOT NULL,
    used_at DATETIME(3) NULL,
    revoked_at DATETIME(3) NULL,
    KEY api_keys_user (user_id),
    CONSTRAINT api_keys_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
  ) ${suffix}`,
  `CREATE TABLE link_codes (
    code_hash ${sha256} NOT NULL PRIMARY KEY,
    user_id ${id} NOT NULL,
    created_at DATETIME(3) NOT NULL,
    expires_at DATETIME(3) NOT NULL,
    used_at DATETIME(3) NULL,
    CONSTRAINT link_codes_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
  ) ${suffix}`,
];

const credits = [
  `CREATE TABLE balances (
    user_id ${id} NOT NULL PRIMARY KEY,
    available BIGINT NOT NULL DEFAULT 0,
    held BIGINT NOT NULL DEFAULT 0,
    open_tasks INT NOT NULL DEFAULT 0,
    CONSTRAINT balances_available_not_negative CHECK (available >= 0),
    CONSTRAINT balances_held_not_negative CHECK (held >= 0),
    CONSTRAINT balances_open_tasks_not_negative CHECK (open_tasks >= 0),
    CONSTRAINT balances_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
  ) ${suffix}`,
  `CREATE TABLE transfers (
    id ${id} NOT NULL PRIMARY KEY,
    business_key VARCHAR(160) CHARACTER SET ascii COLLATE ascii_bin NOT NULL UNIQUE,
    kind ${word} NOT NULL,
    user_id ${id} NOT NULL,
    amount BIGINT NOT NULL,
    task_id ${id} NULL,
    actor_id ${id} NULL,
    reason VARCHAR(200) NOT NULL DEFAULT '',
    created_at DATETIME(3) NOT NULL,
    KEY transfers_user (user_id, id),
    KEY transfers_task (task_id)
  ) ${suffix}`,
  `CREATE TABLE ledger_entries (
    transfer_id ${id} NOT NULL,
    account ${word} NOT NULL,
    user_id ${id} NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (transfer_id, account, user_id),
    KEY ledger_entries_account (account, user_id),
    CONSTRAINT ledger_entries_transfer_fk FOREIGN KEY (transfer_id) REFERENCES transfers (id)
  ) ${suffix}`,
];

const tasks = [
  `CREATE TABLE tasks (
    id ${id} NOT NULL PRIMARY KEY,
    user_id ${id} NOT NULL,
    api_key_id CHAR(8) CHARACTER SET ascii COLLATE ascii_bin NULL,
    type ${word} NOT NULL,
    workflow_name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    workflow_version INT NOT NULL,
    lane ${word} NOT NULL,
    status ${word} NOT NULL,
    params JSON NOT NULL,
    meta JSON NOT NULL,
    images JSON NOT NULL,
    cost BIGINT NOT NULL,
    work_units DOUBLE NOT NULL,
    estimate_seconds DOUBLE NOT NULL,
    cache_key ${sha256} NULL,
    cached BOOLEAN NOT NULL DEFAULT FALSE,
    attempt INT NOT NULL DEFAULT 0,
    failures INT NOT NULL DEFAULT 0,
    error JSON NULL,
    parent_id ${id} NULL,
    created_at DATETIME(3) NOT NULL,
    not_before DATETIME(3) NULL,
    started_at DATETIME(3) NULL,
    finished_at DATETIME(3) NULL,
    updated_at DATETIME(3) NOT NULL,
    KEY tasks_status (status, id),
    KEY tasks_user (user_id, id),
    KEY tasks_user_status (user_id, status, finished_at),
    KEY tasks_api_key (api_key_id, status, finished_at),
    KEY tasks_cache (user_id, cache_key, status),
    CONSTRAINT tasks_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
  ) ${suffix}`,
  `CREATE TABLE idempotency (
    user_id ${id} NOT NULL,
    idempotency_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    body_hash ${sha256} NOT NULL,
    task_id ${id} NOT NULL,
    created_at DATETIME(3) NOT NULL,
    PRIMARY KEY (user_id, idempotency_key),
    KEY idempotency_created (created_at)
  ) ${suffix}`,
  `CREATE TABLE assets (
    id ${id} NOT NULL PRIMARY KEY,
    user_id ${id} NOT NULL,
    task_id ${id} NULL,
    position INT NOT NULL DEFAULT 0,
    kind ${word} NOT NULL,
    mime VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    width INT NOT NULL,
    height INT NOT NULL,
    bytes BIGINT NOT NULL,
    sha256 ${sha256} NOT NULL,
    duration_ms INT NULL,
    frames INT NULL,
    storage_key VARCHAR(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    thumbnail_key VARCHAR(200) CHARACTER SET ascii COLLATE ascii_bin NULL,
    created_at DATETIME(3) NOT NULL,
    quarantined_at DATETIME(3) NULL,
    deleted_at DATETIME(3) NULL,
    KEY assets_task (task_id, position),
    KEY assets_user (user_id, id),
    KEY assets_storage (storage_key),
    KEY assets_thumbnail (thumbnail_key),
    KEY assets_created (created_at),
    CONSTRAINT assets_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
  ) ${suffix}`,
  `CREATE TABLE outbox (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    type ${word} NOT NULL,
    task_id ${id} NOT NULL,
    user_id ${id} NOT NULL,
    api_key_id CHAR(8) CHARACTER SET ascii COLLATE ascii_bin NULL,
    data JSON NOT NULL,
    created_at DATETIME(3) NOT NULL,
    sent_at DATETIME(3) NULL,
    KEY outbox_unsent (sent_at, id)
  ) ${suffix}`,
];

const pool = [
  `CREATE TABLE backends (
    id ${id} NOT NULL PRIMARY KEY,
    url VARCHAR(255) NOT NULL UNIQUE,
    name VARCHAR(64) NOT NULL,
    weight INT NOT NULL DEFAULT 1,
    labels JSON NOT NULL,
    enabled BOOLEAN NOT NULL DEFAULT TRUE,
    draining BOOLEAN NOT NULL DEFAULT FALSE,
    owner ${id} NULL,
    epoch BIGINT NOT NULL DEFAULT 0,
    lease_until DATETIME(3) NULL,
    state ${word} NOT NULL DEFAULT 'unknown',
    facts JSON NULL,
    residency JSON NULL,
    seen_at DATETIME(3) NULL,
    created_at DATETIME(3) NOT NULL,
    removed_at DATETIME(3) NULL
  ) ${suffix}`,
  // What a backend can run: large and seldom changed, so not in the row that heartbeats touch.
  `CREATE TABLE inventories (
    backend_id ${id} NOT NULL PRIMARY KEY,
    digest ${sha256} NOT NULL,
    content LONGTEXT NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    CONSTRAINT inventories_backend_fk FOREIGN KEY (backend_id) REFERENCES backends (id)
  ) ${suffix}`,
  `CREATE TABLE dispatchers (
    id ${id} NOT NULL PRIMARY KEY,
    lease_until DATETIME(3) NOT NULL
  ) ${suffix}`,
  `CREATE TABLE leader (
    id TINYINT NOT NULL PRIMARY KEY,
    owner ${id} NULL,
    epoch BIGINT NOT NULL DEFAULT 0,
    lease_until DATETIME(3) NULL,
    CONSTRAINT leader_is_one_row CHECK (id = 1)
  ) ${suffix}`,
  `INSERT INTO leader (id) VALUES (1)`,
  `CREATE TABLE attempts (
    task_id ${id} NOT NULL,
    attempt INT NOT NULL,
    backend_id ${id} NOT NULL,
    prompt_id ${id} NULL,
    state ${word} NOT NULL,
    fault VARCHAR(500) NULL,
    assigned_at DATETIME(3) NOT NULL,
    posted_at DATETIME(3) NULL,
    started_at DATETIME(3) NULL,
    ended_at DATETIME(3) NULL,
    PRIMARY KEY (task_id, attempt),
    UNIQUE KEY attempts_prompt (prompt_id),
    KEY attempts_backend (backend_id, state),
    CONSTRAINT attempts_task_fk FOREIGN KEY (task_id) REFERENCES tasks (id) ON DELETE CASCADE,
    CONSTRAINT attempts_backend_fk FOREIGN KEY (backend_id) REFERENCES backends (id)
  ) ${suffix}`,
  `CREATE TABLE slots (
    backend_id ${id} NOT NULL,
    slot TINYINT NOT NULL,
    task_id ${id} NOT NULL UNIQUE,
    attempt INT NOT NULL,
    taken_at DATETIME(3) NOT NULL,
    PRIMARY KEY (backend_id, slot),
    CONSTRAINT slots_two_places CHECK (slot IN (0, 1)),
    CONSTRAINT slots_backend_fk FOREIGN KEY (backend_id) REFERENCES backends (id),
    CONSTRAINT slots_task_fk FOREIGN KEY (task_id) REFERENCES tasks (id)
  ) ${suffix}`,
  `CREATE TABLE run_times (
    workflow VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    backend_id ${id} NOT NULL,
    seconds_per_unit DOUBLE NOT NULL,
    samples INT NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    PRIMARY KEY (workflow, backend_id)
  ) ${suffix}`,
];

const operation = [
  `CREATE TABLE workflows (
    name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    version INT NOT NULL,
    digest ${sha256} NOT NULL,
    manifest LONGTEXT NOT NULL,
    active BOOLEAN NOT NULL DEFAULT TRUE,
    created_by ${id} NULL,
    created_at DATETIME(3) NOT NULL,
    PRIMARY KEY (name, version)
  ) ${suffix}`,
  `CREATE TABLE webhooks (
    id ${id} NOT NULL PRIMARY KEY,
    user_id ${id} NOT NULL,
    url VARCHAR(500) NOT NULL,
    secret VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    types JSON NOT NULL,
    created_at DATETIME(3) NOT NULL,
    disabled_at DATETIME(3) NULL,
    KEY webhooks_user (user_id),
    CONSTRAINT webhooks_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
  ) ${suffix}`,
  `CREATE TABLE webhook_deliveries (
    id ${id} NOT NULL PRIMARY KEY,
    webhook_id ${id} NOT NULL,
    outbox_id BIGINT NOT NULL,
    body MEDIUMTEXT NOT NULL,
    tries INT NOT NULL DEFAULT 0,
    due_at DATETIME(3) NOT NULL,
    delivered_at DATETIME(3) NULL,
    failed_at DATETIME(3) NULL,
    UNIQUE KEY webhook_deliveries_once (webhook_id, outbox_id),
    KEY webhook_deliveries_due (delivered_at, failed_at, due_at),
    CONSTRAINT webhook_deliveries_webhook_fk FOREIGN KEY (webhook_id) REFERENCES webhooks (id) ON DELETE CASCADE
  ) ${suffix}`,
  `CREATE TABLE guild_policies (
    guild_id VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    policy JSON NOT NULL,
    revision INT NOT NULL DEFAULT 1,
    updated_at DATETIME(3) NOT NULL
  ) ${suffix}`,
  `CREATE TABLE announcements (
    id ${id} NOT NULL PRIMARY KEY,
    message JSON NOT NULL,
    created_at DATETIME(3) NOT NULL,
    expires_at DATETIME(3) NULL
  ) ${suffix}`,
  `CREATE TABLE settings (
    name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    value JSON NOT NULL,
    updated_at DATETIME(3) NOT NULL
  ) ${suffix}`,
  `CREATE TABLE audit (
    id ${id} NOT NULL PRIMARY KEY,
    actor_id ${id} NULL,
    action VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    target VARCHAR(160) NOT NULL,
    data JSON NOT NULL,
    created_at DATETIME(3) NOT NULL,
    KEY audit_target (target, id)
  ) ${suffix}`,
];

const tables = [...identity, ...credits, ...tasks, ...pool, ...operation];

export async function up(knex: Knex): Promise<void> {
  for (const statement of tables) await knex.raw(statement);
}

export async function down(): Promise<void> {
  throw new Error('the first migration cannot be undone: drop the database instead');
}
