import type { Database } from '../../ground/db/connect.ts';
import type { Transfer } from '../../ground/db/models/ledger.ts';
import { Identity } from '../../ground/db/models/user.ts';
import { listTransfers } from '../../money/credits/statement.ts';

interface GuildTransfer {
  transfer: Transfer;
  /** Discord id of the member who gave or used the credits. */
  memberId: string | undefined;
}

/** The movements of a server's shared credits, newest first. `beforeId` continues a page. */
export async function listGuildTransfers(
  database: Database,
  guildId: string,
  page: { limit: number; beforeId?: string },
): Promise<GuildTransfer[]> {
  const transfers = await listTransfers(database, guildId, page);
  const members = await findDiscordIds(
    database,
    transfers.flatMap((transfer) => memberOf(transfer) ?? []),
  );
  return transfers.map((transfer) => ({ transfer, memberId: members.get(memberOf(transfer) ?? '') }));
}

/** An administrator who grants is not a member. */
function memberOf({ kind, userId, actorId }: Transfer): string | undefined {
  if (kind === 'grant') return undefined;
  return kind === 'gift' ? userId : (actorId ?? undefined);
}

/**
 * Only for accounts with one Discord id. With several, neither the member's id nor that they are one person may be
 * shown.
 */
async function findDiscordIds(database: Database, userIds: readonly string[]): Promise<Map<string, string>> {
  const identities = await Identity.query(database)
    .whereIn('userId', [...new Set(userIds)])
    .where({ provider: 'discord' });
  const byUser = Map.groupBy(identities, ({ userId }) => userId);
  return new Map(
    [...byUser].flatMap(([userId, [only, ...others]]): [string, string][] =>
      only && others.length === 0 ? [[userId, only.subject]] : [],
    ),
  );
}
