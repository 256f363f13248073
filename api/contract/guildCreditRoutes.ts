import {
  guildCreditsSchema,
  guildGiftResultSchema,
  guildGiftSchema,
  guildTransferListSchema,
} from './guildCredits.ts';
import { guildParamsSchema } from './guilds.ts';
import { route } from './route.ts';
import { pageQuerySchema } from './shared.ts';

const path = '/api/v1/guilds/{discordGuildId}/credits';

/** A Discord server's shared credits. They are spent by asking for a task at a place in that server. */
export const guildCreditRoutes = {
  getGuildCredits: route({
    method: 'get',
    path,
    auth: 'service',
    tag: 'guilds',
    summary: "Read a Discord server's shared credits, and what the person may use of them",
    params: guildParamsSchema,
    success: { status: 200, description: 'Shared credits', body: guildCreditsSchema },
    forDelegates: true,
    placed: true,
  }),
  giveGuildCredits: route({
    method: 'post',
    path,
    auth: 'service',
    tag: 'guilds',
    summary: "Give credits of the person's to a Discord server; free ones only after some days",
    params: guildParamsSchema,
    body: guildGiftSchema,
    success: { status: 200, description: 'What both have afterwards', body: guildGiftResultSchema },
    problems: ['insufficient-credits', 'credits-locked', 'idempotency-conflict'],
    forDelegates: true,
  }),
  listGuildTransfers: route({
    method: 'get',
    path: `${path}/history`,
    auth: 'service',
    tag: 'guilds',
    summary: "Read the statement of a Discord server's shared credits",
    params: guildParamsSchema,
    query: pageQuerySchema,
    success: { status: 200, description: 'Movements, newest first', body: guildTransferListSchema },
    forDelegates: true,
  }),
};
