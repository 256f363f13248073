import { idParamsSchema } from '../fields.ts';
import { pageQuerySchema } from '../pages.ts';
import { route } from '../route.ts';
import { discordNoticeListSchema, takeDiscordNoticesSchema } from './discordNotices.ts';
import {
  galleryClaimBodySchema,
  galleryClaimSchema,
  galleryOutcomeSchema,
  galleryWorkListSchema,
  starParamsSchema,
  starredSchema,
  starSchema,
} from './gallery.ts';
import {
  guildCreditsSchema,
  guildGiftResultSchema,
  guildGiftSchema,
  guildTransferListSchema,
} from './guildCredits.ts';
import { guildParamsSchema, guildPolicyChangeSchema, guildPolicySchema } from './guildPolicy.ts';

const v1 = '/api/v1';
const guild = `${v1}/guilds/{discordGuildId}` as const;

/** Discord servers: their policies, shared credits, stars and galleries. */
export const guildRoutes = {
  getGuildPolicy: route({
    method: 'get',
    path: `${guild}/policy`,
    auth: 'service',
    tag: 'guilds',
    summary: "Read a Discord server's policy",
    params: guildParamsSchema,
    success: {
      status: 200,
      description: 'The policy; the default where none was set',
      body: guildPolicySchema,
    },
    forDelegates: true,
  }),
  putGuildPolicy: route({
    method: 'put',
    path: `${guild}/policy`,
    auth: 'service',
    tag: 'guilds',
    summary: "Replace a Discord server's policy",
    params: guildParamsSchema,
    body: guildPolicySchema,
    success: { status: 200, description: 'The policy', body: guildPolicySchema },
    forDelegates: true,
  }),
  patchGuildPolicy: route({
    method: 'patch',
    path: `${guild}/policy`,
    auth: 'service',
    tag: 'guilds',
    summary: "Change some values of a Discord server's policy",
    params: guildParamsSchema,
    body: guildPolicyChangeSchema,
    success: { status: 200, description: 'The whole policy afterwards', body: guildPolicySchema },
    forDelegates: true,
  }),
  getGuildCredits: route({
    method: 'get',
    path: `${guild}/credits`,
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
    path: `${guild}/credits`,
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
    path: `${guild}/credits/history`,
    auth: 'service',
    tag: 'guilds',
    summary: "Read the statement of a Discord server's shared credits",
    params: guildParamsSchema,
    query: pageQuerySchema,
    success: { status: 200, description: 'Movements, newest first', body: guildTransferListSchema },
    forDelegates: true,
  }),
  giveStar: route({
    method: 'put',
    path: `${guild}/tasks/{id}/star`,
    auth: 'service',
    tag: 'guilds',
    summary: 'Give a star to a public result of somebody else, once',
    description:
      "For a person whom a service key acts for. The star that makes as many as the server's policy asks for makes the result due in its gallery.",
    params: starParamsSchema,
    body: starSchema,
    success: { status: 200, description: 'The stars there are now', body: starredSchema },
    problems: ['not-found'],
    forDelegates: true,
  }),
  withdrawFromGallery: route({
    method: 'delete',
    path: `${guild}/tasks/{id}/gallery`,
    auth: 'service',
    tag: 'guilds',
    summary: "Take the results of a task out of a Discord server's gallery, for good",
    description: "For a moderator whom a service key acts for. The results themselves stay their owner's.",
    params: starParamsSchema,
    success: { status: 204, description: 'They are out, or leave within half a minute' },
    forDelegates: true,
  }),
  listGalleryWork: route({
    method: 'get',
    path: `${v1}/gallery`,
    auth: 'service',
    tag: 'guilds',
    summary: 'List what is to be posted in galleries, or taken away',
    success: {
      status: 200,
      description: 'At most 200, those first that have waited longest',
      body: galleryWorkListSchema,
    },
  }),
  claimGalleryEntry: route({
    method: 'post',
    path: `${v1}/gallery/{id}/claim`,
    auth: 'service',
    tag: 'guilds',
    summary: 'Take over what is to be done about one of them, for a minute',
    description:
      "A post that nothing was heard of may be claimed again for two minutes: use the entry's id as the nonce of the message, so that Discord makes it once. Later it is given up.",
    params: idParamsSchema,
    body: galleryClaimBodySchema,
    success: { status: 200, description: 'What to do, if anything', body: galleryClaimSchema },
    problems: ['not-found'],
  }),
  settleGalleryEntry: route({
    method: 'put',
    path: `${v1}/gallery/{id}`,
    auth: 'service',
    tag: 'guilds',
    summary: 'Say what came of a claim',
    params: idParamsSchema,
    body: galleryOutcomeSchema,
    success: { status: 204, description: 'Written down, as far as it is still true' },
    problems: ['not-found'],
  }),
  takeDiscordNotices: route({
    method: 'post',
    path: `${v1}/discord-notices`,
    auth: 'service',
    tag: 'guilds',
    summary: 'Take the direct messages that are to be sent about changes to accounts',
    description:
      'One that you do not report as done is handed out again, at most five times: use its id as the nonce of the message, so that Discord makes it once.',
    body: takeDiscordNoticesSchema,
    success: { status: 200, description: 'At most 50, longest waiting first', body: discordNoticeListSchema },
  }),
};
