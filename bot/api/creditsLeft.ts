import type { ApiClient } from '@star-graph/client/client';
import { formatPlace } from '@star-graph/contract/guilds/guildRules';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import type { OwnBalanceView } from '@star-graph/contract/users/credits';
import type { Logger } from 'pino';
import type { Messages } from '../replies/texts/en.ts';
import { findMessageRef } from '../tracking/messageRef.ts';

/** The credits left with the payer of a task: the person's, or the rest of their daily share of a server's. */
export type CreditsLeft = { own: OwnBalanceView } | { share: { left: number; perDay: number } };

/** Shown beside another answer, which does not fail when this cannot be read. */
export async function findCreditsLeft(
  { log, clientFor }: { log: Logger; clientFor(person: string, place?: string): ApiClient },
  person: string,
  { payer, meta }: Pick<TaskView, 'payer' | 'meta'>,
): Promise<CreditsLeft | undefined> {
  try {
    if (!payer) return { own: await clientFor(person).getBalance() };
    const { guildId } = payer;
    const role = findMessageRef(meta)?.a;
    const place = formatPlace(guildId, { channelIds: [], roleIds: role === undefined ? [] : [role] });
    const client = clientFor(person, place);
    const { member } = await client.getGuildCredits({ params: { discordGuildId: guildId } });
    return member && { share: member };
  } catch (err) {
    log.info({ err }, 'an answer says no balance');
    return undefined;
  }
}

export const presentLeftShort = (say: Messages, left: CreditsLeft): string =>
  'own' in left ? say.balanceLeft(left.own.available) : say.shared.left(left.share.left, left.share.perDay);

export const presentLeft = (say: Messages, left: CreditsLeft): string =>
  'own' in left
    ? say.balance(left.own.available, left.own.held)
    : say.shared.allowance(left.share.left, left.share.perDay);
