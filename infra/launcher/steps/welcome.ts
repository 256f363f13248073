import { connectDatabase } from '@star-graph/core/ground/db/connect';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { createWelcomeCode } from '@star-graph/core/people/identity/accounts/welcomeCodes';

/** A code that signs the administrator in once; undefined where the account is no administrator's, or blocked. */
export async function makeWelcomeCode(databaseUrl: string, username: string): Promise<string | undefined> {
  const database = connectDatabase({ url: databaseUrl, poolSize: 1 });
  try {
    return await createWelcomeCode({ database, clock: systemClock }, username);
  } finally {
    await database.destroy();
  }
}
