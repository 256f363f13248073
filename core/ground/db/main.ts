import { envSchema } from '../config/config.ts';
import { readSecretFiles } from '../runtime/secretFiles.ts';
import { connectDatabase } from './connect.ts';
import { describeDatabaseFault } from './databaseFault.ts';
import { MigrationBusy, migrateDatabase, RestoreUnfinished, SchemaTooOld } from './migrateDatabase.ts';

const { env, faults } = readSecretFiles(process.env, ['DATABASE_URL']);
const { data: url } = envSchema.shape.DATABASE_URL.safeParse(env.DATABASE_URL);
if (url === undefined) {
  console.error(
    faults.get('DATABASE_URL') ?? 'Set DATABASE_URL to mysql://user:password@host:port/database.',
  );
  process.exit(1);
}
// Statements that change tables may run far longer than those of a request.
const database = connectDatabase({ url, poolSize: 2, statementTimeoutMs: 10 * 60_000 });
try {
  const names = await migrateDatabase(database);
  console.log(names.length === 0 ? 'The database is up to date.' : `Migrated: ${names.join(', ')}`);
} catch (error) {
  console.error(
    error instanceof MigrationBusy || error instanceof RestoreUnfinished || error instanceof SchemaTooOld
      ? error.message
      : (describeDatabaseFault(error, url) ?? error),
  );
  process.exitCode = 1;
} finally {
  await database.destroy();
}
