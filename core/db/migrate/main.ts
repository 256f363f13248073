import { connectDatabase } from '../connect.ts';
import { migrateDatabase } from '../migrateDatabase.ts';

const url = process.env.DATABASE_URL;
if (!url) {
  console.error('Set DATABASE_URL to mysql://user:password@host:port/database.');
  process.exit(1);
}
// Statements that change tables may run far longer than those of a request.
const database = connectDatabase({ url, poolSize: 2, statementTimeoutMs: 10 * 60_000 });
try {
  const names = await migrateDatabase(database);
  console.log(names.length === 0 ? 'The database is up to date.' : `Migrated: ${names.join(', ')}`);
} finally {
  await database.destroy();
}
