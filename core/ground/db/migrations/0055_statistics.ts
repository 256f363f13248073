import type { Knex } from 'knex';

const suffix = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin';
const span = "ENUM('hour', 'day') NOT NULL";

/** What happened in each hour and day, added up once, so that a graph over a year reads no task. */
export async function up(database: Knex): Promise<void> {
  // Each statement commits by itself: an interrupted migration continues after the last one.
  await database.raw(`CREATE TABLE IF NOT EXISTS statistics_tasks (
    span ${span},
    at DATETIME NOT NULL,
    workflow VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
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
  ) ${suffix}`);
  await database.raw(`CREATE TABLE IF NOT EXISTS statistics_credits (
    span ${span},
    at DATETIME NOT NULL,
    kind VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    transfers INT NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (span, at, kind)
  ) ${suffix}`);
  await database.raw(`CREATE TABLE IF NOT EXISTS statistics_queue (
    span ${span},
    at DATETIME NOT NULL,
    samples INT NOT NULL,
    waiting_sum BIGINT NOT NULL,
    waiting_most INT NOT NULL,
    running_sum BIGINT NOT NULL,
    running_most INT NOT NULL,
    PRIMARY KEY (span, at)
  ) ${suffix}`);
  await database.raw(`CREATE TABLE IF NOT EXISTS statistics_head (
    id TINYINT NOT NULL PRIMARY KEY,
    added_to DATETIME NULL
  ) ${suffix}`);
  await database.raw('INSERT IGNORE INTO statistics_head (id, added_to) VALUES (1, NULL)');
}

export async function down(database: Knex): Promise<void> {
  for (const table of ['tasks', 'credits', 'queue', 'head'])
    await database.raw(`DROP TABLE IF EXISTS statistics_${table}`);
}
