import { dataKeys } from '@star-graph/core/ground/config/values';
import { connectDatabase } from '@star-graph/core/ground/db/connect';
import { createKeyRing } from '@star-graph/core/ground/encryption/keyRing';
import { requireFittingKeys, WrongKeys } from '@star-graph/core/ground/requireFittingKeys';
import { LaunchFailure } from '../failure.ts';

/**
 * @param origin where the keys come from, for the person who has to mend that
 * @throws LaunchFailure for keys that open nothing of what is in the database.
 */
export async function checkDataKeys(databaseUrl: string, keys: string, origin: string): Promise<void> {
  const database = connectDatabase({ url: databaseUrl, poolSize: 1 });
  try {
    await requireFittingKeys({ database, keyRing: createKeyRing(dataKeys.parse(keys)) });
  } catch (cause) {
    if (!(cause instanceof WrongKeys)) throw cause;
    throw new LaunchFailure(
      `${cause.message} They come from ${origin}: put back the file or the setting that belongs to this database, such as that of its backup (infra/docs/keys.md#data-keys).`,
      { cause },
    );
  } finally {
    await database.destroy();
  }
}
