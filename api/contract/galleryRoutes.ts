import {
  galleryClaimBodySchema,
  galleryClaimSchema,
  galleryOutcomeSchema,
  galleryWorkListSchema,
  starParamsSchema,
  starredSchema,
  starSchema,
} from './gallery.ts';
import { route } from './route.ts';
import { idParamsSchema } from './shared.ts';

const v1 = '/api/v1';

/** Stars in Discord servers, and the galleries that they make. */
export const galleryRoutes = {
  giveStar: route({
    method: 'put',
    path: `${v1}/guilds/{discordGuildId}/tasks/{id}/star`,
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
};
