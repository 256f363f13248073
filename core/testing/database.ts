import { randomBytes } from 'node:crypto';
import { connectDatabase, type Database } from '../db/connect.ts';
import { migrateDatabase } from '../db/migrateDatabase.ts';

export interface TestDatabase extends AsyncDisposable {
  database: Database;
  /** For a process that opens its own pool. */
  url: string;
}

const requireEnv = (name: string): string => {
  const value = process.env[name];
  if (!value)
    throw new Error(`${name} is not set: run the tests by npm test, or start npm run services first`);
  return value;
};

/** A migrated database of its own for one test file; dropped on disposal. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const serverUrl = new URL(requireEnv('TEST_DATABASE_URL'));
  const name = `test_${randomBytes(6).toString('hex')}`;
  const server = connectDatabase({ url: serverUrl.href, poolSize: 1 });
  await server.raw(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const database = connectDatabase({ url: url.href, poolSize: 8 });
  await migrateDatabase(database);
  return {
    database,
    url: url.href,
    async [Symbol.asyncDispose]() {
      await database.destroy();
      await server.raw(`DROP DATABASE ${name}`);
      await server.destroy();
    },
  };
}

/** Redis for tests; every file takes a key prefix of its own. */
export const testRedisUrl = (): string => requireEnv('TEST_REDIS_URL');
