import type { Database } from '../../../ground/db/connect.ts';
import { ApiKey } from '../../../ground/db/models/session.ts';

/** The model that the program behind a key chose; undefined: none. */
export async function findSdapiModel(database: Database, apiKeyId: string): Promise<string | undefined> {
  const key = await ApiKey.query(database).findById(apiKeyId).select('sdapiModel');
  return key?.sdapiModel ?? undefined;
}

/** The last choice counts. @param model undefined: what the operator chose. */
export async function chooseSdapiModel(
  database: Database,
  apiKeyId: string,
  model: string | undefined,
): Promise<void> {
  await ApiKey.query(database)
    .findById(apiKeyId)
    .patch({ sdapiModel: model ?? null });
}
