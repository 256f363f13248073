import { expect, test } from 'vitest';
import { eventually } from '../../testing/dispatch/dispatchSetup.ts';
import { databaseFixture } from '../../testing/fixture.ts';
import { connectDatabase } from './connect.ts';
import { migrateDatabase, migrationLockSql } from './migrateDatabase.ts';

const db = databaseFixture();

test('a migration keeps its lock through a long silence', async () => {
  // Far longer than the pause between two signs of life, which a busy machine may stretch.
  const idleSessionMs = 4_000;
  const migrating = connectDatabase({ url: db.url, poolSize: 2, idleSessionMs });
  const silent = connectDatabase({ url: db.url, poolSize: 1, idleSessionMs });
  const held = await db.database.transaction();
  try {
    // Its statement waits for the table lock, and the session of the advisory lock is silent.
    await held.raw('LOCK TABLES knex_migrations WRITE');
    const migrated = migrateDatabase(migrating, 100);
    migrated.catch(() => undefined);
    await eventually(async () => {
      const [[row]] = await db.database.raw(`SELECT IS_USED_LOCK(${migrationLockSql}) AS owner`);
      expect(row.owner).not.toBeNull();
    });
    // Younger than the session of the lock: when the server has ended this one, it would have ended that one too.
    const [[{ id: silentId }]] = (await silent.raw('SELECT CONNECTION_ID() AS id')) as [[{ id: number }]];
    await eventually(async () => {
      const [rows] = await db.database.raw('SELECT 1 FROM information_schema.processlist WHERE id = ?', [
        silentId,
      ]);
      expect(rows).toEqual([]);
    });
    await held.raw('UNLOCK TABLES');
    await expect(migrated).resolves.toEqual([]);
  } finally {
    await held.rollback();
    await migrating.destroy();
    await silent.destroy();
  }
});

test('a statement that the server does not answer is given up', async () => {
  // Long enough for a busy machine to connect, which has the same limit.
  const impatient = connectDatabase({ url: db.url, poolSize: 1, statementTimeoutMs: 2_500 });
  try {
    await expect(impatient.raw('SELECT SLEEP(20)')).rejects.toThrow('no answer from the database');
    await expect(impatient.transaction((trx) => trx.raw('SELECT SLEEP(20)'))).rejects.toThrow(
      'no answer from the database',
    );
    await expect(impatient.raw('SELECT 1')).resolves.toBeDefined();
  } finally {
    await impatient.destroy();
  }
});
