import type { Knex } from 'knex';

/*
 * The schema of version 717ca64b: what 66 migrations had made until then, the last of which was `0079_audit_actions`.
 * Types shared by all tables:
 * - ids are UUIDv7 text: they sort by creation and can be read in a query;
 * - times are UTC with milliseconds; leases are written and compared with the database's clock alone;
 * - credits are BIGINT and stay below 2^53 (checked in the code that adds them);
 * - JSON is opaque to queries: searched values have columns of their own.
 */
const asciiBin = 'CHARACTER SET ascii COLLATE ascii_bin';
const ascii = (length: number) => `VARCHAR(${length}) ${asciiBin}`;
const id = `CHAR(36) ${asciiBin}`;
const word = ascii(40);
const sha256 = `CHAR(64) ${asciiBin}`;
const suffix = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci';
const binary = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin';

const people = [
  `CREATE TABLE IF NOT EXISTS users (
    id ${id} NOT NULL PRIMARY KEY,
    username ${ascii(32)} NULL,
    password_hash ${ascii(255)} NULL,
    role ${word} NOT NULL DEFAULT 'user',
    locale ${word} NOT NULL DEFAULT 'en',
    disabled_at DATETIME(3) NULL,
    merged_into ${id} NULL,
    created_at DATETIME(3) NOT NULL,
    second_factor_since DATETIME(3) NULL,
    UNIQUE KEY username (username), KEY users_role (role)
  ) ${suffix}`,
  // `given_role` is what the provider's groups gave at the last sign-in.
  `CREATE TABLE IF NOT EXISTS identities (
    provider ${ascii(255)} NOT NULL,
    subject ${ascii(255)} NOT NULL,
    user_id ${id} NOT NULL,
    created_at DATETIME(3) NOT NULL,
    display_name VARCHAR(100) NULL,
    given_role ${word} NULL,
    PRIMARY KEY (provider, subject), KEY identities_user (user_id), KEY identities_subject (subject),
    KEY identities_display_name (display_name),
    CONSTRAINT identities_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
  ) ${suffix}`,
  // Links an identity that has no account.
  `CREATE TABLE IF NOT EXISTS identity_codes (
    code_hash ${sha256} NOT NULL PRIMARY KEY,
    provider ${ascii(255)} NOT NULL,
    subject ${ascii(255)} NOT NULL,
    display_name VARCHAR(100) NULL,
    created_at DATETIME(3) NOT NULL,
    expires_at DATETIME(3) NOT NULL,
    used_at DATETIME(3) NULL,
    used_by ${id} NULL,
    KEY identity_codes_expires (expires_at)
  ) ${suffix}`,
  `CREATE TABLE IF NOT EXISTS sessions (
    id ${id} NOT NULL PRIMARY KEY,
    user_id ${id} NOT NULL,
    user_agent VARCHAR(200) NOT NULL DEFAULT '',
    created_at DATETIME(3) NOT NULL,
    used_at DATETIME(3) NOT NULL,
    expires_at DATETIME(3) NOT NULL,
    revoked_at DATETIME(3) NULL,
    service_key_id CHAR(8) ${asciiBin} NULL,
    KEY sessions_user (user_id, revoked_at), KEY sessions_expires (expires_at),
    KEY sessions_service_key (service_key_id),
    CONSTRAINT sessions_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
  ) ${suffix}`,
  // A family is the set of rows with one session; exactly one of them is unused while the session lives.
  `CREATE TABLE IF NOT EXISTS refresh_tokens (
    token_hash ${sha256} NOT NULL PRIMARY KEY,
    session_id ${id} NOT NULL,
    created_at DATETIME(3) NOT NULL,
    used_at DATETIME(3) NULL,
    used_by ${sha256} NULL,
    successor ${ascii(160)} NULL,
    KEY refresh_tokens_session (session_id),
    CONSTRAINT refresh_tokens_session_fk FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE CASCADE
  ) ${suffix}`,
  `CREATE TABLE IF NOT EXISTS password_resets (
    token_hash ${sha256} NOT NULL PRIMARY KEY,
    user_id ${id} NOT NULL,
    created_at DATETIME(3) NOT NULL,
    expires_at DATETIME(3) NOT NULL,
    used_at DATETIME(3) NULL,
    KEY password_resets_user (user_id, used_at), KEY password_resets_expires (expires_at),
    CONSTRAINT password_resets_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
  ) ${suffix}`,
  // The tickets between the two steps of a sign-in.
  `CREATE TABLE IF NOT EXISTS sign_in_tickets (
    ticket_hash ${sha256} NOT NULL PRIMARY KEY,
    user_id ${id} NOT NULL,
    tries INT NOT NULL DEFAULT 0,
    created_at DATETIME(3) NOT NULL,
    expires_at DATETIME(3) NOT NULL,
    used_at DATETIME(3) NULL,
    KEY sign_in_tickets_user (user_id), KEY sign_in_tickets_expiry (expires_at)
  ) ${suffix}`,
  `CREATE TABLE IF NOT EXISTS totp_factors (
    user_id ${id} NOT NULL PRIMARY KEY,
    secret ${ascii(500)} NOT NULL,
    last_step BIGINT NOT NULL DEFAULT -1,
    tries INT NOT NULL DEFAULT 0,
    tries_since DATETIME(3) NULL,
    created_at DATETIME(3) NOT NULL,
    confirmed_at DATETIME(3) NULL
  ) ${suffix}`,
  `CREATE TABLE IF NOT EXISTS recovery_codes (
    code_hash ${sha256} NOT NULL PRIMARY KEY,
    user_id ${id} NOT NULL,
    created_at DATETIME(3) NOT NULL,
    used_at DATETIME(3) NULL,
    KEY recovery_codes_user (user_id)
  ) ${suffix}`,
  `CREATE TABLE IF NOT EXISTS passkeys (
    id ${id} NOT NULL PRIMARY KEY,
    user_id ${id} NOT NULL,
    credential_id ${ascii(1400)} NOT NULL,
    public_key ${ascii(3000)} NOT NULL,
    counter BIGINT NOT NULL,
    name VARCHAR(64) NOT NULL,
    created_at DATETIME(3) NOT NULL,
    used_at DATETIME(3) NULL,
    UNIQUE KEY credential_id (credential_id), KEY passkeys_user (user_id)
  ) ${suffix}`,
  // The challenges that the answers of passkeys are for.
  `CREATE TABLE IF NOT EXISTS passkey_challenges (
    challenge_hash ${sha256} NOT NULL PRIMARY KEY,
    purpose ${ascii(20)} NOT NULL,
    user_id ${id} NULL,
    created_at DATETIME(3) NOT NULL,
    expires_at DATETIME(3) NOT NULL,
    used_at DATETIME(3) NULL,
    KEY passkey_challenges_user (user_id), KEY passkey_challenges_expiry (expires_at)
  ) ${suffix}`,
  `CREATE TABLE IF NOT EXISTS email_addresses (
    user_id ${id} NOT NULL PRIMARY KEY,
    address ${ascii(254)} NOT NULL,
    verified_at DATETIME(3) NOT NULL,
    UNIQUE KEY email_addresses_address (address),
    CONSTRAINT email_addresses_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
  ) ${suffix}`,
  `CREATE TABLE IF NOT EXISTS email_verifications (
    token_hash ${sha256} NOT NULL PRIMARY KEY,
    user_id ${id} NOT NULL,
    address ${ascii(254)} NOT NULL,
    created_at DATETIME(3) NOT NULL,
    expires_at DATETIME(3) NOT NULL,
    used_at DATETIME(3) NULL,
    KEY email_verifications_user (user_id, used_at), KEY email_verifications_expires (expires_at),
    CONSTRAINT email_verifications_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
  ) ${suffix}`,
  // With `this_machine_only` a code signs in on the machine that runs the platform, and nowhere else.
  `CREATE TABLE IF NOT EXISTS link_codes (
    code_hash ${sha256} NOT NULL PRIMARY KEY,
    user_id ${id} NOT NULL,
    created_at DATETIME(3) NOT NULL,
    expires_at DATETIME(3) NOT NULL,
    used_at DATETIME(3) NULL,
    service_key_id CHAR(8) ${asciiBin} NULL,
    by_provider BOOLEAN NOT NULL DEFAULT FALSE,
    this_machine_only BOOLEAN NOT NULL DEFAULT FALSE,
    KEY link_codes_user_fk (user_id), KEY link_codes_service_key (service_key_id),
    KEY link_codes_expires (expires_at),
    CONSTRAINT link_codes_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
  ) ${suffix}`,
  // Codes that registering needs, by their hashes. Who used one is not kept.
  `CREATE TABLE IF NOT EXISTS invites (
    id ${id} NOT NULL PRIMARY KEY,
    code_hash ${sha256} NOT NULL,
    note VARCHAR(200) NOT NULL,
    uses INT NOT NULL,
    used INT NOT NULL DEFAULT 0,
    expires_at DATETIME(3) NULL,
    withdrawn_at DATETIME(3) NULL,
    created_at DATETIME(3) NOT NULL,
    UNIQUE KEY invites_code (code_hash)
  ) ${suffix}`,
  // The defaults that people set for their requests.
  `CREATE TABLE IF NOT EXISTS preferences (
    user_id ${id} NOT NULL PRIMARY KEY,
    preferences JSON NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    CONSTRAINT preferences_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
  ) ${suffix}`,
  // What moderators and administrators noted about people. Notes are only added.
  `CREATE TABLE IF NOT EXISTS person_notes (
    id ${id} NOT NULL PRIMARY KEY,
    user_id ${id} NOT NULL,
    author_id ${id} NOT NULL,
    note_key ${ascii(64)} NOT NULL,
    text VARCHAR(2000) NOT NULL,
    created_at DATETIME(3) NOT NULL,
    UNIQUE KEY person_notes_key (author_id, note_key), KEY person_notes_user (user_id, id)
  ) ${suffix}`,
  // Accounts that were deleted, and how far that is: see `core/desk/retention`.
  `CREATE TABLE IF NOT EXISTS erasures (
    user_id ${id} NOT NULL PRIMARY KEY,
    state ${ascii(20)} NOT NULL,
    asked_at DATETIME(3) NOT NULL,
    done_at DATETIME(3) NULL,
    KEY erasures_state (state, asked_at)
  ) ${suffix}`,
];

const keys = [
  // A key of the kind `program` is that of a program that a person lets in by OAuth, which has tokens in place of
  // its secret.
  `CREATE TABLE IF NOT EXISTS api_keys (
    id CHAR(8) ${asciiBin} NOT NULL PRIMARY KEY,
    user_id ${id} NOT NULL,
    kind ${word} NOT NULL,
    name VARCHAR(64) NOT NULL,
    secret_hash ${sha256} NOT NULL,
    created_at DATETIME(3) NOT NULL,
    used_at DATETIME(3) NULL,
    revoked_at DATETIME(3) NULL,
    service_key_id CHAR(8) ${asciiBin} NULL,
    scopes ${ascii(200)} NULL,
    expires_at DATETIME(3) NULL,
    networks ${ascii(2000)} NULL,
    signing_secret ${ascii(500)} NULL,
    credits_per_day INT UNSIGNED NULL,
    sdapi_model VARCHAR(255) NULL,
    client_id ${ascii(500)} NULL,
    KEY api_keys_user (user_id), KEY api_keys_service_key (service_key_id),
    KEY api_keys_kind (kind, revoked_at, created_at, id),
    CONSTRAINT api_keys_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
  ) ${suffix}`,
  // What a person's key has spent on a day.
  `CREATE TABLE IF NOT EXISTS key_days (
    api_key_id CHAR(8) ${asciiBin} NOT NULL,
    day DATE NOT NULL,
    credits BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (api_key_id, day), KEY key_days_day (day)
  ) ${suffix}`,
  // Programs without an address of their own, as they described themselves: nobody's, and without secrets.
  `CREATE TABLE IF NOT EXISTS program_registrations (
    id CHAR(47) ${asciiBin} NOT NULL PRIMARY KEY,
    name VARCHAR(64) NOT NULL,
    redirect_uris TEXT ${asciiBin} NOT NULL,
    created_at DATETIME(3) NOT NULL,
    expires_at DATETIME(3) NOT NULL,
    KEY program_registrations_expiry (expires_at)
  ) ${suffix}`,
  `CREATE TABLE IF NOT EXISTS program_codes (
    code_hash ${sha256} NOT NULL PRIMARY KEY,
    user_id ${id} NOT NULL,
    client_id ${ascii(500)} NOT NULL,
    client_name VARCHAR(64) NOT NULL,
    redirect_uri ${ascii(500)} NOT NULL,
    challenge CHAR(43) ${asciiBin} NOT NULL,
    resource ${ascii(500)} NOT NULL,
    scopes ${ascii(200)} NOT NULL,
    credits_per_day INT UNSIGNED NULL,
    service_key_id CHAR(8) ${asciiBin} NULL,
    created_at DATETIME(3) NOT NULL,
    expires_at DATETIME(3) NOT NULL,
    used_at DATETIME(3) NULL,
    api_key_id CHAR(8) ${asciiBin} NULL,
    KEY program_codes_user (user_id), KEY program_codes_expiry (expires_at)
  ) ${suffix}`,
  `CREATE TABLE IF NOT EXISTS program_tokens (
    token_hash ${sha256} NOT NULL PRIMARY KEY,
    api_key_id CHAR(8) ${asciiBin} NOT NULL,
    created_at DATETIME(3) NOT NULL,
    used_at DATETIME(3) NULL,
    successor ${ascii(200)} NULL,
    KEY program_tokens_key (api_key_id), KEY program_tokens_created (created_at),
    CONSTRAINT program_tokens_key_fk FOREIGN KEY (api_key_id) REFERENCES api_keys (id) ON DELETE CASCADE
  ) ${suffix}`,
  // The keys that sign access tokens and links to files, from the first rotation on: see `core/people/signingKeys`.
  `CREATE TABLE IF NOT EXISTS signing_keys (
    purpose ${ascii(20)} NOT NULL,
    version INT NOT NULL,
    kid ${word} NOT NULL,
    secret ${ascii(500)} NULL,
    created_at DATETIME(3) NOT NULL,
    signs_from DATETIME(3) NOT NULL,
    verifies_until DATETIME(3) NULL,
    PRIMARY KEY (purpose, version), UNIQUE KEY signing_keys_kid (purpose, kid)
  ) ${suffix}`,
  // The keys of the audit's seals.
  `CREATE TABLE IF NOT EXISTS seal_keys (
    kid ${ascii(190)} NOT NULL PRIMARY KEY,
    secret ${ascii(500)} NOT NULL,
    created_at DATETIME(3) NOT NULL
  ) ${suffix}`,
];

const money = [
  `CREATE TABLE IF NOT EXISTS balances (
    user_id ${id} NOT NULL PRIMARY KEY,
    available BIGINT NOT NULL DEFAULT 0,
    held BIGINT NOT NULL DEFAULT 0,
    open_tasks INT NOT NULL DEFAULT 0,
    debt BIGINT NOT NULL DEFAULT 0,
    gifts_day DATE NULL,
    gifted BIGINT NOT NULL DEFAULT 0,
    KEY balances_debt (debt),
    CONSTRAINT balances_user_fk FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT balances_available_not_negative CHECK (available >= 0),
    CONSTRAINT balances_held_not_negative CHECK (held >= 0),
    CONSTRAINT balances_open_tasks_not_negative CHECK (open_tasks >= 0),
    CONSTRAINT balances_debt_not_negative CHECK (debt >= 0)
  ) ${suffix}`,
  // In the ledger a server's id takes the place of a person's.
  `CREATE TABLE IF NOT EXISTS transfers (
    id ${id} NOT NULL PRIMARY KEY,
    business_key ${ascii(160)} NOT NULL,
    kind ${word} NOT NULL,
    user_id ${id} NOT NULL,
    amount BIGINT NOT NULL,
    task_id ${id} NULL,
    actor_id ${id} NULL,
    reason VARCHAR(200) NOT NULL DEFAULT '',
    created_at DATETIME(3) NOT NULL,
    UNIQUE KEY business_key (business_key), KEY transfers_user (user_id, id), KEY transfers_task (task_id),
    KEY transfers_actor (actor_id, kind, id)
  ) ${suffix}`,
  `CREATE TABLE IF NOT EXISTS ledger_entries (
    transfer_id ${id} NOT NULL,
    account ${word} NOT NULL,
    user_id ${id} NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (transfer_id, account, user_id), KEY ledger_entries_account (account, user_id),
    KEY ledger_entries_user (user_id, transfer_id, account, amount),
    CONSTRAINT ledger_entries_transfer_fk FOREIGN KEY (transfer_id) REFERENCES transfers (id)
  ) ${suffix}`,
  // Grants that cannot be given away yet, with the rest of each.
  `CREATE TABLE IF NOT EXISTS grant_locks (
    id ${id} NOT NULL PRIMARY KEY,
    user_id ${id} NOT NULL,
    remaining BIGINT NOT NULL,
    unlocks_at DATETIME(3) NOT NULL,
    KEY grant_locks_user (user_id, unlocks_at),
    CONSTRAINT grant_locks_user_fk FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT grant_locks_remaining_positive CHECK (remaining > 0)
  ) ${suffix}`,
  `CREATE TABLE IF NOT EXISTS ledger_checks (
    id ${id} NOT NULL PRIMARY KEY,
    started_at DATETIME(3) NOT NULL,
    finished_at DATETIME(3) NULL,
    running TINYINT NULL,
    revision INT NOT NULL DEFAULT 0,
    position JSON NOT NULL,
    findings JSON NOT NULL,
    UNIQUE KEY ledger_checks_running (running), KEY ledger_checks_finished (finished_at)
  ) ${suffix}`,
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
    order_key ${ascii(64)} NOT NULL,
    provider ${word} NOT NULL,
    state ${word} NOT NULL,
    version INT NOT NULL DEFAULT 1,
    package_id ${id} NOT NULL,
    package_version INT NOT NULL,
    name VARCHAR(100) NOT NULL,
    credits BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    currency ${word} NOT NULL,
    provider_ref ${ascii(255)} NULL,
    checkout_url ${ascii(2048)} NULL,
    payment_ref ${ascii(255)} NULL,
    refunded BIGINT NOT NULL DEFAULT 0,
    refund_wanted BIGINT NOT NULL DEFAULT 0,
    disputed BIGINT NOT NULL DEFAULT 0,
    taken_back BIGINT NOT NULL DEFAULT 0,
    fault VARCHAR(500) NULL,
    created_at DATETIME(3) NOT NULL,
    expires_at DATETIME(3) NOT NULL,
    paid_at DATETIME(3) NULL,
    due_at DATETIME(3) NULL,
    UNIQUE KEY orders_key (user_id, order_key), UNIQUE KEY orders_ref (provider, provider_ref),
    KEY orders_payment (payment_ref), KEY orders_user (user_id, id), KEY orders_state (state, id),
    KEY orders_due (due_at),
    CONSTRAINT orders_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
  ) ${suffix}`,
  // The notices of providers that were handled.
  `CREATE TABLE IF NOT EXISTS payment_events (
    id ${ascii(255)} NOT NULL PRIMARY KEY,
    order_id ${id} NULL,
    received_at DATETIME(3) NOT NULL,
    KEY payment_events_received (received_at)
  ) ${suffix}`,
  `CREATE TABLE IF NOT EXISTS voucher_batches (
    id ${id} NOT NULL PRIMARY KEY,
    name VARCHAR(100) NOT NULL,
    credits BIGINT NOT NULL,
    codes INT NOT NULL,
    uses_per_code INT NOT NULL,
    uses_per_person INT NOT NULL,
    used INT NOT NULL DEFAULT 0,
    expires_at DATETIME(3) NULL,
    withdrawn_at DATETIME(3) NULL,
    created_at DATETIME(3) NOT NULL
  ) ${suffix}`,
  // Codes for credits, by their hashes.
  `CREATE TABLE IF NOT EXISTS vouchers (
    code_hash ${sha256} NOT NULL PRIMARY KEY,
    batch_id ${id} NOT NULL,
    used INT NOT NULL DEFAULT 0,
    KEY vouchers_batch_fk (batch_id),
    CONSTRAINT vouchers_batch_fk FOREIGN KEY (batch_id) REFERENCES voucher_batches (id)
  ) ${suffix}`,
  `CREATE TABLE IF NOT EXISTS voucher_uses (
    code_hash ${sha256} NOT NULL,
    user_id ${id} NOT NULL,
    number INT NOT NULL,
    used_at DATETIME(3) NOT NULL,
    PRIMARY KEY (code_hash, user_id, number)
  ) ${suffix}`,
  // What people of each role may have of the pool. The last version of a role holds; a role without one has the
  // defaults.
  `CREATE TABLE IF NOT EXISTS role_policies (
    role ${word} NOT NULL,
    version INT NOT NULL,
    weight DOUBLE NOT NULL,
    open_tasks INT NULL,
    simultaneous_tasks INT NULL,
    created_at DATETIME(3) NOT NULL,
    daily_grant BIGINT NULL,
    tasks_per_day INT NULL,
    gpu_seconds_per_day INT NULL,
    workflows JSON NULL,
    models JSON NULL,
    PRIMARY KEY (role, version)
  ) ${suffix}`,
  `CREATE TABLE IF NOT EXISTS person_policies (
    user_id ${id} NOT NULL PRIMARY KEY,
    version INT NOT NULL,
    open_tasks INT NULL,
    simultaneous_tasks INT NULL,
    tasks_per_day INT NULL,
    gpu_seconds_per_day INT NULL,
    workflows JSON NULL,
    models JSON NULL,
    changed_at DATETIME(3) NOT NULL
  ) ${suffix}`,
  `CREATE TABLE IF NOT EXISTS person_days (
    user_id ${id} NOT NULL,
    day DATE NOT NULL,
    tasks INT UNSIGNED NOT NULL,
    gpu_ms BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (user_id, day), KEY person_days_day (day)
  ) ${suffix}`,
];

const work = [
  `CREATE TABLE IF NOT EXISTS backends (
    id ${id} NOT NULL PRIMARY KEY,
    url VARCHAR(255) NOT NULL,
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
    removed_at DATETIME(3) NULL,
    from_environment BOOLEAN NOT NULL DEFAULT FALSE,
    state_reason VARCHAR(500) NULL,
    credentials TEXT ${asciiBin} NULL,
    credentials_kind ${ascii(16)} NULL,
    credentials_from_environment BOOLEAN NOT NULL DEFAULT FALSE,
    residency_prompt_id ${id} NULL,
    recycle_state ${ascii(20)} NULL,
    recycle_since DATETIME(3) NULL,
    recycle_reason VARCHAR(500) NULL,
    recycle_returns BOOLEAN NOT NULL DEFAULT TRUE,
    recycle_fault VARCHAR(500) NULL,
    fresh_since DATETIME(3) NULL,
    memory_floor_bytes BIGINT NULL,
    discovered_by ${ascii(255)} NULL,
    missing_since DATETIME(3) NULL,
    UNIQUE KEY url (url), KEY backends_discovered (discovered_by)
  ) ${suffix}`,
  // What a backend can run: large and seldom changed, so not in the row that heartbeats touch.
  `CREATE TABLE IF NOT EXISTS inventories (
    backend_id ${id} NOT NULL PRIMARY KEY,
    digest ${sha256} NOT NULL,
    content LONGTEXT NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    CONSTRAINT inventories_backend_fk FOREIGN KEY (backend_id) REFERENCES backends (id)
  ) ${suffix}`,
  // The warm-up of a backend that waits or runs, or its last one. The primary key allows one at a time.
  `CREATE TABLE IF NOT EXISTS warm_ups (
    backend_id ${id} NOT NULL PRIMARY KEY,
    request_id ${id} NOT NULL,
    state ${ascii(20)} NOT NULL,
    since DATETIME(3) NOT NULL,
    workflow_name VARCHAR(100) NOT NULL,
    workflow_version INT NOT NULL,
    params JSON NOT NULL,
    models JSON NOT NULL,
    prompt_id ${id} NULL,
    lost INT NOT NULL DEFAULT 0,
    fault VARCHAR(500) NULL
  ) ${suffix}`,
  // Model files that do not run on a backend.
  `CREATE TABLE IF NOT EXISTS model_marks (
    backend_id ${id} NOT NULL,
    models_key ${sha256} NOT NULL,
    models JSON NOT NULL,
    reason VARCHAR(500) NOT NULL,
    inventory_digest ${sha256} NOT NULL,
    task_id ${id} NOT NULL,
    strikes INT NOT NULL,
    created_at DATETIME(3) NOT NULL,
    until_at DATETIME(3) NOT NULL,
    PRIMARY KEY (backend_id, models_key), KEY model_marks_until (until_at),
    CONSTRAINT model_marks_backend_fk FOREIGN KEY (backend_id) REFERENCES backends (id) ON DELETE CASCADE
  ) ${suffix}`,
  `CREATE TABLE IF NOT EXISTS run_times (
    workflow ${ascii(100)} NOT NULL,
    backend_id ${id} NOT NULL,
    seconds_per_unit DOUBLE NOT NULL,
    samples INT NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    PRIMARY KEY (workflow, backend_id)
  ) ${suffix}`,
  `CREATE TABLE IF NOT EXISTS dispatchers (
    id ${id} NOT NULL PRIMARY KEY,
    lease_until DATETIME(3) NOT NULL
  ) ${suffix}`,
  `CREATE TABLE IF NOT EXISTS leader (
    id TINYINT NOT NULL PRIMARY KEY,
    owner ${id} NULL,
    epoch BIGINT NOT NULL DEFAULT 0,
    lease_until DATETIME(3) NULL,
    paused_at DATETIME(3) NULL,
    CONSTRAINT leader_is_one_row CHECK (id = 1)
  ) ${suffix}`,
  // At most one active version of a name: the database's word, since several processes add versions at once.
  `CREATE TABLE IF NOT EXISTS workflows (
    name ${ascii(64)} NOT NULL,
    version INT NOT NULL,
    digest ${sha256} NOT NULL,
    manifest LONGTEXT NOT NULL,
    active BOOLEAN NOT NULL DEFAULT TRUE,
    created_by ${id} NULL,
    created_at DATETIME(3) NOT NULL,
    active_name ${ascii(64)} GENERATED ALWAYS AS (if(active,name,NULL)) STORED,
    PRIMARY KEY (name, version), UNIQUE KEY workflows_active (active_name)
  ) ${suffix}`,
  `CREATE TABLE IF NOT EXISTS tasks (
    id ${id} NOT NULL PRIMARY KEY,
    user_id ${id} NOT NULL,
    api_key_id CHAR(8) ${asciiBin} NULL,
    type ${word} NOT NULL,
    workflow_name ${ascii(64)} NOT NULL,
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
    cancel_charge BIGINT NOT NULL DEFAULT 0,
    payer_guild_id ${ascii(20)} NULL,
    traceparent CHAR(55) ${asciiBin} NULL,
    KEY tasks_status (status, id), KEY tasks_user (user_id, id),
    KEY tasks_user_status (user_id, status, finished_at), KEY tasks_api_key (api_key_id, status, finished_at),
    KEY tasks_cache (user_id, cache_key, status), KEY tasks_finished (finished_at),
    KEY tasks_waiting (status, lane, user_id, id, attempt, created_at, estimate_seconds),
    KEY tasks_workflow (status, workflow_name, workflow_version), KEY tasks_user_type (user_id, type, id),
    KEY tasks_user_newest (user_id, status, id),
    CONSTRAINT tasks_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
  ) ${suffix}`,
  `CREATE TABLE IF NOT EXISTS attempts (
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
    failure JSON NULL,
    recalled_at DATETIME(3) NULL,
    requeued_at DATETIME(3) NULL,
    PRIMARY KEY (task_id, attempt), UNIQUE KEY attempts_prompt (prompt_id),
    KEY attempts_backend (backend_id, state),
    CONSTRAINT attempts_backend_fk FOREIGN KEY (backend_id) REFERENCES backends (id),
    CONSTRAINT attempts_task_fk FOREIGN KEY (task_id) REFERENCES tasks (id) ON DELETE CASCADE
  ) ${suffix}`,
  `CREATE TABLE IF NOT EXISTS slots (
    backend_id ${id} NOT NULL,
    slot TINYINT NOT NULL,
    task_id ${id} NOT NULL,
    attempt INT NOT NULL,
    taken_at DATETIME(3) NOT NULL,
    PRIMARY KEY (backend_id, slot), UNIQUE KEY task_id (task_id),
    CONSTRAINT slots_backend_fk FOREIGN KEY (backend_id) REFERENCES backends (id),
    CONSTRAINT slots_task_fk FOREIGN KEY (task_id) REFERENCES tasks (id),
    CONSTRAINT slots_two_places CHECK (slot in (0,1))
  ) ${suffix}`,
  // Tasks that an administrator moved to the front of the queue. A table of few rows: `tasks` is read by its
  // indexes.
  `CREATE TABLE IF NOT EXISTS moved_tasks (
    task_id ${id} NOT NULL PRIMARY KEY,
    moved_at DATETIME(3) NOT NULL,
    CONSTRAINT moved_tasks_task_fk FOREIGN KEY (task_id) REFERENCES tasks (id) ON DELETE CASCADE
  ) ${suffix}`,
  `CREATE TABLE IF NOT EXISTS idempotency (
    user_id ${id} NOT NULL,
    idempotency_key ${ascii(64)} NOT NULL,
    body_hash ${sha256} NOT NULL,
    task_id ${id} NULL,
    created_at DATETIME(3) NOT NULL,
    asset_id ${id} NULL,
    PRIMARY KEY (user_id, idempotency_key), KEY idempotency_created (created_at)
  ) ${suffix}`,
  `CREATE TABLE IF NOT EXISTS outbox (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    type ${word} NOT NULL,
    task_id ${id} NOT NULL,
    user_id ${id} NOT NULL,
    api_key_id CHAR(8) ${asciiBin} NULL,
    data JSON NOT NULL,
    created_at DATETIME(3) NOT NULL,
    sent_at DATETIME(3) NULL,
    KEY outbox_unsent (sent_at, id), KEY outbox_task (task_id, id)
  ) ${suffix}`,
  `CREATE TABLE IF NOT EXISTS webhooks (
    id ${id} NOT NULL PRIMARY KEY,
    user_id ${id} NOT NULL,
    url VARCHAR(500) NOT NULL,
    secret ${ascii(500)} NOT NULL,
    types JSON NOT NULL,
    created_at DATETIME(3) NOT NULL,
    disabled_at DATETIME(3) NULL,
    service_key_id CHAR(8) ${asciiBin} NULL,
    failures INT NOT NULL DEFAULT 0,
    failing_since DATETIME(3) NULL,
    resting_until DATETIME(3) NULL,
    KEY webhooks_user (user_id), KEY webhooks_service_key (service_key_id),
    KEY webhooks_state (disabled_at, resting_until),
    CONSTRAINT webhooks_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
  ) ${suffix}`,
  // The secrets of webhooks that were replaced and still sign; they go with their webhook.
  `CREATE TABLE IF NOT EXISTS webhook_old_secrets (
    id ${id} NOT NULL PRIMARY KEY,
    webhook_id ${id} NOT NULL,
    secret ${ascii(500)} NOT NULL,
    ends_at DATETIME(3) NOT NULL,
    KEY webhook_old_secrets_webhook (webhook_id, ends_at), KEY webhook_old_secrets_end (ends_at),
    CONSTRAINT webhook_old_secrets_fk FOREIGN KEY (webhook_id) REFERENCES webhooks (id) ON DELETE CASCADE
  ) ${suffix}`,
  `CREATE TABLE IF NOT EXISTS webhook_deliveries (
    id ${id} NOT NULL PRIMARY KEY,
    webhook_id ${id} NOT NULL,
    outbox_id BIGINT NOT NULL,
    body MEDIUMTEXT NOT NULL,
    tries INT NOT NULL DEFAULT 0,
    due_at DATETIME(3) NOT NULL,
    delivered_at DATETIME(3) NULL,
    failed_at DATETIME(3) NULL,
    last_status SMALLINT NULL,
    last_tried_at DATETIME(3) NULL,
    UNIQUE KEY webhook_deliveries_once (webhook_id, outbox_id),
    KEY webhook_deliveries_due (delivered_at, failed_at, due_at), KEY webhook_deliveries_age (due_at),
    KEY webhook_deliveries_list (webhook_id, id),
    CONSTRAINT webhook_deliveries_webhook_fk FOREIGN KEY (webhook_id) REFERENCES webhooks (id) ON DELETE CASCADE
  ) ${suffix}`,
];

const library = [
  `CREATE TABLE IF NOT EXISTS assets (
    id ${id} NOT NULL PRIMARY KEY,
    user_id ${id} NOT NULL,
    task_id ${id} NULL,
    position INT NOT NULL DEFAULT 0,
    kind ${word} NOT NULL,
    mime ${ascii(100)} NOT NULL,
    width INT NOT NULL,
    height INT NOT NULL,
    bytes BIGINT NOT NULL,
    sha256 ${sha256} NOT NULL,
    duration_ms INT NULL,
    frames INT NULL,
    storage_key ${ascii(200)} NOT NULL,
    thumbnail_key ${ascii(200)} NULL,
    created_at DATETIME(3) NOT NULL,
    quarantined_at DATETIME(3) NULL,
    deleted_at DATETIME(3) NULL,
    favourite BOOLEAN NOT NULL DEFAULT FALSE,
    thumbnail_tries TINYINT UNSIGNED DEFAULT 0,
    sound_codec ${ascii(32)} NULL,
    sound_rate INT UNSIGNED NULL,
    sound_channels TINYINT UNSIGNED NULL,
    restorable_until DATETIME(3) NULL,
    was_favourite BOOLEAN NOT NULL DEFAULT FALSE,
    node_id ${ascii(64)} NULL,
    KEY assets_task (task_id, position), KEY assets_user (user_id, id), KEY assets_storage (storage_key),
    KEY assets_created (created_at), KEY assets_deleted (deleted_at),
    KEY assets_favourites (user_id, favourite, id), KEY assets_quarantined (quarantined_at),
    KEY assets_thumbnail (thumbnail_key, thumbnail_tries),
    KEY assets_months (user_id, deleted_at, quarantined_at, created_at),
    CONSTRAINT assets_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
  ) ${suffix}`,
  // Links by which anybody sees an asset. They end with it.
  `CREATE TABLE IF NOT EXISTS asset_shares (
    id ${id} NOT NULL PRIMARY KEY,
    user_id ${id} NOT NULL,
    asset_id ${id} NOT NULL,
    token_hash ${sha256} NOT NULL,
    mime ${ascii(100)} NOT NULL,
    shows_prompt BOOLEAN NOT NULL,
    created_at DATETIME(3) NOT NULL,
    expires_at DATETIME(3) NOT NULL,
    UNIQUE KEY token_hash (token_hash), KEY asset_shares_user (user_id, id),
    KEY asset_shares_asset (asset_id, id), KEY asset_shares_expires (expires_at),
    CONSTRAINT asset_shares_asset_fk FOREIGN KEY (asset_id) REFERENCES assets (id) ON DELETE CASCADE,
    CONSTRAINT asset_shares_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
  ) ${suffix}`,
  // Names are compared letter by letter: some orders take any two emoji for one.
  `CREATE TABLE IF NOT EXISTS collections (
    id ${id} NOT NULL PRIMARY KEY,
    user_id ${id} NOT NULL,
    name VARCHAR(100) COLLATE utf8mb4_bin NOT NULL,
    version INT NOT NULL DEFAULT 1,
    created_at DATETIME(3) NOT NULL,
    UNIQUE KEY collections_name (user_id, name), KEY collections_user (user_id, id),
    CONSTRAINT collections_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
  ) ${suffix}`,
  `CREATE TABLE IF NOT EXISTS collection_assets (
    collection_id ${id} NOT NULL,
    asset_id ${id} NOT NULL,
    PRIMARY KEY (collection_id, asset_id), KEY collection_assets_asset (asset_id),
    CONSTRAINT collection_assets_asset_fk FOREIGN KEY (asset_id) REFERENCES assets (id) ON DELETE CASCADE,
    CONSTRAINT collection_assets_collection_fk FOREIGN KEY (collection_id) REFERENCES collections (id) ON DELETE CASCADE
  ) ${suffix}`,
  // `source` is who says it: an administrator, or the folder of YAML. A row without `fields` was deleted: its
  // version goes on, so that a change made from an older one is refused.
  `CREATE TABLE IF NOT EXISTS model_entries (
    source ${ascii(10)} NOT NULL,
    model VARCHAR(300) COLLATE utf8mb4_bin NOT NULL,
    version INT NOT NULL,
    fields JSON NULL,
    sample_id ${id} NULL,
    changed_at DATETIME(3) NOT NULL,
    PRIMARY KEY (source, model), KEY model_entries_sample (sample_id)
  ) ${suffix}`,
  // One row for each object that is withheld: its copies share it. The rows outlive their assets, so that the same
  // bytes are refused when they are uploaded again.
  `CREATE TABLE IF NOT EXISTS quarantines (
    id ${id} NOT NULL PRIMARY KEY,
    storage_key ${ascii(200)} NOT NULL,
    sha256 ${sha256} NOT NULL,
    asset_id ${id} NOT NULL,
    user_id ${id} NOT NULL,
    task_id ${id} NULL,
    state ${ascii(20)} NOT NULL,
    version INT NOT NULL,
    reason ${ascii(20)} NOT NULL,
    note VARCHAR(500) NULL,
    source ${ascii(20)} NOT NULL,
    scores JSON NULL,
    appeal VARCHAR(1000) NULL,
    appeal_state ${ascii(20)} NULL,
    appealed_at DATETIME(3) NULL,
    created_at DATETIME(3) NOT NULL,
    changed_at DATETIME(3) NOT NULL,
    UNIQUE KEY quarantines_storage (storage_key), KEY quarantines_bytes (sha256, state),
    KEY quarantines_asset (asset_id), KEY quarantines_user (user_id, id), KEY quarantines_state (state, id),
    KEY quarantines_appeal (appeal_state, id)
  ) ${suffix}`,
  // The key allows one report of each person about a picture or a task.
  `CREATE TABLE IF NOT EXISTS reports (
    id ${id} NOT NULL PRIMARY KEY,
    reporter_id ${id} NOT NULL,
    target ${ascii(60)} NOT NULL,
    owner_id ${id} NOT NULL,
    task_id ${id} NULL,
    asset_id ${id} NULL,
    reason ${ascii(20)} NOT NULL,
    text VARCHAR(500) NULL,
    state ${ascii(20)} NOT NULL,
    version INT NOT NULL,
    created_at DATETIME(3) NOT NULL,
    decided_at DATETIME(3) NULL,
    UNIQUE KEY reports_once (reporter_id, target), KEY reports_target (target), KEY reports_state (state, id),
    KEY reports_reporter (reporter_id, created_at), KEY reports_created (created_at)
  ) ${suffix}`,
];

const guilds = [
  `CREATE TABLE IF NOT EXISTS guild_policies (
    guild_id ${ascii(20)} NOT NULL PRIMARY KEY,
    policy JSON NOT NULL,
    revision INT NOT NULL DEFAULT 1,
    updated_at DATETIME(3) NOT NULL
  ) ${suffix}`,
  `CREATE TABLE IF NOT EXISTS guild_credits (
    guild_id ${ascii(20)} NOT NULL PRIMARY KEY,
    available BIGINT NOT NULL DEFAULT 0,
    held BIGINT NOT NULL DEFAULT 0,
    created_at DATETIME(3) NOT NULL,
    CONSTRAINT guild_credits_available_not_negative CHECK (available >= 0),
    CONSTRAINT guild_credits_held_not_negative CHECK (held >= 0)
  ) ${suffix}`,
  // What each member used of a Discord server's own credits on a day.
  `CREATE TABLE IF NOT EXISTS member_days (
    user_id ${id} NOT NULL,
    guild_id ${ascii(20)} NOT NULL,
    day DATE NOT NULL,
    tasks INT UNSIGNED NOT NULL,
    shared_credits BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (user_id, guild_id, day), KEY member_days_day (day)
  ) ${suffix}`,
  // `work_at` is the time of the next step in Discord; null: none. An entry outlives its asset, because its message
  // must be removed too.
  `CREATE TABLE IF NOT EXISTS gallery_entries (
    id ${id} NOT NULL PRIMARY KEY,
    guild_id ${ascii(20)} NOT NULL,
    asset_id ${id} NOT NULL,
    task_id ${id} NOT NULL,
    state ${word} NOT NULL,
    age_restricted BOOLEAN NOT NULL DEFAULT FALSE,
    source_channel_id ${ascii(20)} NOT NULL,
    source_message_id ${ascii(20)} NOT NULL,
    claim INT NOT NULL DEFAULT 0,
    first_claimed_at DATETIME(3) NULL,
    work_at DATETIME(3) NULL,
    channel_id ${ascii(20)} NULL,
    message_id ${ascii(20)} NULL,
    created_at DATETIME(3) NOT NULL,
    removed_at DATETIME(3) NULL,
    UNIQUE KEY gallery_entries_asset (asset_id, guild_id), KEY gallery_entries_work (work_at),
    KEY gallery_entries_created (created_at, id), KEY gallery_entries_task (task_id, guild_id)
  ) ${suffix}`,
  // Those that members of a Discord server give to results.
  `CREATE TABLE IF NOT EXISTS stars (
    guild_id ${ascii(20)} NOT NULL,
    asset_id ${id} NOT NULL,
    user_id ${id} NOT NULL,
    created_at DATETIME(3) NOT NULL,
    PRIMARY KEY (guild_id, asset_id, user_id), KEY stars_asset (asset_id), KEY stars_user (user_id),
    CONSTRAINT stars_asset_fk FOREIGN KEY (asset_id) REFERENCES assets (id) ON DELETE CASCADE
  ) ${suffix}`,
];

const desk = [
  `CREATE TABLE IF NOT EXISTS announcements (
    id ${id} NOT NULL PRIMARY KEY,
    message JSON NOT NULL,
    created_at DATETIME(3) NOT NULL,
    expires_at DATETIME(3) NULL
  ) ${suffix}`,
  `CREATE TABLE IF NOT EXISTS settings (
    name ${ascii(64)} NOT NULL PRIMARY KEY,
    value JSON NOT NULL,
    updated_at DATETIME(3) NOT NULL
  ) ${suffix}`,
  // Each version has all settings that administrators changed, and the last one holds.
  `CREATE TABLE IF NOT EXISTS setting_versions (
    version INT NOT NULL PRIMARY KEY,
    set_values JSON NOT NULL,
    reverted_to INT NULL,
    changed_by ${id} NOT NULL,
    created_at DATETIME(3) NOT NULL
  ) ${suffix}`,
  `CREATE TABLE IF NOT EXISTS audit (
    id ${id} NOT NULL PRIMARY KEY,
    actor_id ${id} NULL,
    action ${ascii(64)} NOT NULL,
    target VARCHAR(160) NOT NULL,
    data JSON NOT NULL,
    created_at DATETIME(3) NOT NULL,
    KEY audit_target (target, id), KEY audit_actor (actor_id, id), KEY audit_action (action, id)
  ) ${suffix}`,
  // The seals of the audit: see `core/desk/auditSeals.ts`.
  `CREATE TABLE IF NOT EXISTS audit_head (
    id TINYINT NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    mac ${sha256} NOT NULL,
    sealed_to ${id} NOT NULL
  ) ${suffix}`,
  `CREATE TABLE IF NOT EXISTS audit_seals (
    seq BIGINT NOT NULL PRIMARY KEY,
    audit_id ${id} NOT NULL,
    kid VARCHAR(190) NOT NULL,
    mac ${sha256} NOT NULL,
    UNIQUE KEY audit_id (audit_id)
  ) ${suffix}`,
  // What the program that makes backups tells of each, for administrators to read.
  `CREATE TABLE IF NOT EXISTS backups (
    id ${id} NOT NULL PRIMARY KEY,
    name ${ascii(100)} NOT NULL,
    host VARCHAR(255) NOT NULL,
    folder VARCHAR(1000) NOT NULL,
    started_at DATETIME(3) NOT NULL,
    ended_at DATETIME(3) NOT NULL,
    bytes BIGINT NULL,
    files BIGINT NULL,
    missing_files BIGINT NULL,
    fault VARCHAR(500) NULL,
    checked_at DATETIME(3) NULL,
    check_fault VARCHAR(500) NULL,
    removed_at DATETIME(3) NULL,
    UNIQUE KEY name (name), KEY backups_ended (ended_at)
  ) ${suffix}`,
  `CREATE TABLE IF NOT EXISTS statistics_head (
    id TINYINT NOT NULL PRIMARY KEY,
    added_to DATETIME NULL
  ) ${binary}`,
  // What happened in each hour and day, added up once, so that a graph over a year reads no task.
  `CREATE TABLE IF NOT EXISTS statistics_tasks (
    span enum('hour','day') NOT NULL,
    at DATETIME NOT NULL,
    workflow ${ascii(64)} NOT NULL,
    model VARCHAR(255) NOT NULL,
    succeeded INT NOT NULL,
    failed INT NOT NULL,
    cancelled INT NOT NULL,
    cached INT NOT NULL,
    begun INT NOT NULL,
    wait_seconds DOUBLE NOT NULL,
    run_seconds DOUBLE NOT NULL,
    gpu_seconds DOUBLE NOT NULL,
    PRIMARY KEY (span, at, workflow, model)
  ) ${binary}`,
  `CREATE TABLE IF NOT EXISTS statistics_queue (
    span enum('hour','day') NOT NULL,
    at DATETIME NOT NULL,
    samples INT NOT NULL,
    waiting_sum BIGINT NOT NULL,
    waiting_most INT NOT NULL,
    running_sum BIGINT NOT NULL,
    running_most INT NOT NULL,
    PRIMARY KEY (span, at)
  ) ${binary}`,
  `CREATE TABLE IF NOT EXISTS statistics_credits (
    span enum('hour','day') NOT NULL,
    at DATETIME NOT NULL,
    kind ${ascii(32)} NOT NULL,
    transfers INT NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (span, at, kind)
  ) ${binary}`,
];
const rows = [
  'INSERT IGNORE INTO leader (id) VALUES (1)',
  "INSERT IGNORE INTO audit_head (id, seq, mac, sealed_to) VALUES (1, 0, '', '')",
  'INSERT IGNORE INTO statistics_head (id, added_to) VALUES (1, NULL)',
];

/** An interrupted run is repeated from its start and keeps what exists. */
export async function up(database: Knex): Promise<void> {
  for (const statement of [...people, ...keys, ...money, ...work, ...library, ...guilds, ...desk, ...rows])
    await database.raw(statement);
}
