import type { ApiClient } from '@star-graph/api/client/client';
import type { OwnBalanceView } from '@star-graph/api/contract/users';
import type { Logger } from 'pino';

/** What there is now, to be told beside something else, which does not wait for it where it cannot be read. */
export async function findBalance(
  { log }: { log: Logger },
  client: ApiClient,
): Promise<OwnBalanceView | undefined> {
  try {
    return await client.getBalance();
  } catch (err) {
    log.info({ err }, 'an answer says no balance');
    return undefined;
  }
}
