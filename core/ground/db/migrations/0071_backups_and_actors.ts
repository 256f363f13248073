import type { Knex } from 'knex';

const id = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin';

/**
 * What the program that makes backups tells of each, for administrators to read: see `core/desk/backup/backupRecords.ts`.
 * The audit is read by who acted, too.
 */
export async function up(database: Knex): Promise<void> {
  await database.raw(
    `CREATE TABLE IF NOT EXISTS backups (
       id ${id} NOT NULL PRIMARY KEY,
       name VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL UNIQUE,
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
       KEY backups_ended (ended_at)
     ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`,
  );
  if (!(await hasActorIndex(database)))
    await database.raw('ALTER TABLE audit ADD INDEX audit_actor (actor_id, id)');
}

async function hasActorIndex(database: Knex): Promise<boolean> {
  const [rows] = await database.raw("SHOW INDEX FROM audit WHERE Key_name = 'audit_actor'");
  return rows.length > 0;
}

export async function down(database: Knex): Promise<void> {
  if (await hasActorIndex(database)) await database.raw('ALTER TABLE audit DROP INDEX audit_actor');
  await database.raw('DROP TABLE IF EXISTS backups');
}
