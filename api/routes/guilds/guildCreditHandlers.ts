import type { GuildCreditsView } from '@star-graph/contract/guilds/guildCredits';
import { inTransaction } from '@star-graph/core/ground/db/connect';
import { changeGuildCredits } from '@star-graph/core/money/credits/changeGuildCredits';
import { findGuildCredits, giveToGuild } from '@star-graph/core/money/credits/guildCredits';
import { listGuildTransfers } from '@star-graph/core/people/guilds/guildStatement';
import { readSharedRest } from '@star-graph/core/people/guilds/sharedAllowance';
import { type Caller, requirePerson } from '@star-graph/core/people/identity/caller';
import type { ApiContext } from '../../apiContext.ts';
import type { ApiDeps } from '../../apiDeps.ts';
import { actorOf, throughKeyOf } from '../admin/actorOf.ts';
import { defineHandlers } from '../handler.ts';
import { pageById } from '../pages.ts';
import { presentTransfer } from '../users/presentTransfer.ts';
import { readBalance } from '../users/readBalance.ts';
import { findAllowanceAt } from './placeTerms.ts';

type Deps = Pick<ApiDeps, 'config' | 'database' | 'clock' | 'settings'>;

export const createGuildCreditHandlers = (deps: Deps) =>
  defineHandlers({
    async getGuildCredits({ params, caller, ctx }) {
      const credits = await findGuildCredits(deps.database, params.discordGuildId);
      return { ...credits, ...(await findMember(deps, caller, ctx, params.discordGuildId)) };
    },
    async giveGuildCredits({ params, body, caller }) {
      const giver = requirePerson(caller);
      const { id: fromUserId } = giver.account;
      const { discordGuildId: guildId } = params;
      const { GIFTS_PER_DAY: perDay } = await deps.settings.read();
      const through = throughKeyOf(giver, deps.config);
      await inTransaction(deps.database, (trx) =>
        giveToGuild(deps, trx, { fromUserId, guildId, perDay, through, ...body }),
      );
      return {
        giver: await readBalance(deps, fromUserId),
        guild: await findGuildCredits(deps.database, guildId),
      };
    },
    listGuildTransfers({ params, query }) {
      const { discordGuildId: guildId } = params;
      return pageById(query, {
        list: (page) => listGuildTransfers(deps.database, guildId, page),
        idOf: ({ transfer }) => transfer.id,
        present: (found) =>
          found.map(({ transfer, memberId }) => ({
            ...presentTransfer(transfer, guildId),
            ...(memberId === undefined ? {} : { memberId }),
          })),
      });
    },
    async adminChangeGuildCredits({ params, body, caller }) {
      const { discordGuildId: guildId } = params;
      await changeGuildCredits(deps, actorOf(caller), {
        guildId,
        ...body,
        through: throughKeyOf(caller, deps.config),
      });
      return findGuildCredits(deps.database, guildId);
    },
  });

/** The person's allowance at the place that the request names, if it is in this server. */
async function findMember(
  deps: Deps,
  caller: Caller,
  ctx: Pick<ApiContext, 'get'>,
  guildId: string,
): Promise<Pick<GuildCreditsView, 'member'>> {
  if (caller.kind !== 'delegate') return {};
  const allowance = await findAllowanceAt(deps, caller, ctx);
  if (allowance?.guildId !== guildId) return {};
  const { creditsPerDay, left } = await readSharedRest(
    deps.database,
    caller.account.id,
    allowance,
    deps.clock.now(),
  );
  return { member: { perDay: creditsPerDay, left } };
}
