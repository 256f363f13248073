import { createConnection } from 'mysql2/promise';
import { expect, test } from 'vitest';
import { migrateDatabase } from '../../ground/db/migrateDatabase.ts';
import { createTestDatabase, describeDatabase } from './testDatabase.ts';

const nameOf = (database: { url: string }) => new URL(database.url).pathname.slice(1);
/** Two databases differ only in the times of their migrations. */
const withoutTimes = (sql: string) => sql.replaceAll(/'\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[.\d]*'/g, 'then');

test('a test database is what the migrations make', async () => {
  await using _ = await createTestDatabase();
  await using copied = await createTestDatabase();
  await using emptied = await createTestDatabase();
  const name = nameOf(emptied);
  const server = await createConnection({ uri: copied.url });
  try {
    await server.query(`DROP DATABASE ${name}`);
    await server.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
    expect(await migrateDatabase(emptied.database)).not.toEqual([]);
    const [copy, migrated] = [
      await describeDatabase(server, nameOf(copied)),
      await describeDatabase(server, name),
    ].map(withoutTimes);
    expect(copy).toContain('CREATE TABLE `tasks`');
    expect(copy).toBe(migrated);
  } finally {
    await server.end();
  }
});
