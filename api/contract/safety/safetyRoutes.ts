import { moderatorRoute } from '../admin/adminRoute.ts';
import { idParamsSchema } from '../fields.ts';
import { pageQuerySchema } from '../pages.ts';
import { route } from '../route.ts';
import {
  appealTextSchema,
  newQuarantineSchema,
  quarantineDecisionSchema,
  quarantineListSchema,
  quarantineQuerySchema,
  quarantineSchema,
  reviewPictureSchema,
  viewReasonSchema,
  withheldListSchema,
  withheldSchema,
} from './quarantines.ts';

/** What is withheld from everybody: moderators decide, and owners may object. */
export const safetyRoutes = {
  listWithheld: route({
    method: 'get',
    path: '/api/v1/withheld',
    auth: 'user',
    tag: 'assets',
    summary: 'List what is withheld of yours, and why',
    query: pageQuerySchema,
    success: { status: 200, description: 'The newest first', body: withheldListSchema },
    forDelegates: true,
  }),
  appealWithheld: route({
    method: 'post',
    path: '/api/v1/withheld/{id}/appeal',
    auth: 'user',
    tag: 'assets',
    summary: 'Say why something of yours should not be withheld',
    description: 'Once for each time that it is withheld. The same words again change nothing.',
    params: idParamsSchema,
    body: appealTextSchema,
    success: { status: 200, description: 'A moderator answers it', body: withheldSchema },
    problems: ['not-found', 'forbidden'],
    forDelegates: true,
  }),
  adminListQuarantine: moderatorRoute('quarantine', {
    method: 'get',
    summary: 'List what is or was withheld',
    query: quarantineQuerySchema,
    success: { status: 200, description: 'The newest first', body: quarantineListSchema },
  }),
  adminGetQuarantine: moderatorRoute('quarantine/{id}', {
    method: 'get',
    summary: 'Read why something is withheld',
    params: idParamsSchema,
    success: { status: 200, description: 'The quarantine', body: quarantineSchema },
    problems: ['not-found'],
  }),
  adminQuarantineAsset: moderatorRoute('assets/{id}/quarantine', {
    method: 'post',
    summary: 'Withhold an upload or a result from everybody',
    description:
      'In force at once: links that the API serves stop working, unfinished tasks that start from it fail before they are sent to a GPU server, and it leaves the galleries of Discord servers. Links into an object store work until they expire.',
    params: idParamsSchema,
    body: newQuarantineSchema,
    success: { status: 200, description: 'It is withheld', body: quarantineSchema },
    problems: ['not-found', 'changed-meanwhile'],
  }),
  adminDecideQuarantine: moderatorRoute('quarantine/{id}/decision', {
    method: 'post',
    summary: 'Release or remove what is withheld, or reject an appeal',
    description:
      'A removal is for good: the bytes are deleted within two hours, and the same bytes are refused when they are uploaded again. Nobody decides about their own.',
    params: idParamsSchema,
    body: quarantineDecisionSchema,
    success: { status: 200, description: 'As it is now', body: quarantineSchema },
    problems: ['not-found', 'forbidden', 'changed-meanwhile'],
  }),
  adminPreviewAsset: moderatorRoute('assets/{id}/preview', {
    method: 'get',
    summary: 'See what is withheld, blurred',
    description: 'Of a video the first frame.',
    params: idParamsSchema,
    success: { status: 200, description: 'A small blurred picture', body: reviewPictureSchema },
    problems: ['not-found'],
  }),
  adminViewAsset: moderatorRoute('assets/{id}/view', {
    method: 'post',
    summary: 'See what is withheld clearly; the audit keeps who did, and why',
    params: idParamsSchema,
    body: viewReasonSchema,
    success: { status: 200, description: 'At most 1600 pixels wide and high', body: reviewPictureSchema },
    problems: ['not-found'],
  }),
};
