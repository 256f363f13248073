import { connectDatabase } from '@star-graph/core/db/connect';
import { createWelcomeCode } from '@star-graph/core/identity/accounts/welcomeCodes';
import { systemClock } from '@star-graph/core/runtime/clock';

/** A code that signs the administrator in once; undefined where the account is no administrator's, or blocked. */
export async function makeWelcomeCode(databaseUrl: string, username: string): Promise<string | undefined> {
  const database = connectDatabase({ url: databaseUrl, poolSize: 1 });
  try {
    return await createWelcomeCode({ database, clock: systemClock }, username);
  } finally {
    await database.destroy();
  }
}
