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

import {
  adminReportListSchema,
  adminReportSchema,
  newReportSchema,
  reportDecisionSchema,
  reportQuerySchema,
  reportSchema,
} from './reports.ts';

/** What is reported and withheld: moderators decide, and owners may object. */
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
  reportContent: route({
    method: 'post',
    path: '/api/v1/reports',
    auth: 'user',
    tag: 'assets',
    summary: 'Report a picture or a task that should not be here',
    description:
      'Of your own, or of what its owner has made public. The same thing again finds your first report. At most 20 a day.',
    body: newReportSchema,
    success: { status: 201, description: 'A moderator looks at it', body: reportSchema },
    unchanged: 'Your report of before, as it is now',
    problems: ['not-found', 'quota-exceeded'],
    forDelegates: true,
  }),
  adminListReports: moderatorRoute('reports', {
    method: 'get',
    summary: 'List what people reported',
    query: reportQuerySchema,
    success: { status: 200, description: 'The newest first', body: adminReportListSchema },
    keyScope: 'admin:people',
  }),
  adminDecideReport: moderatorRoute('reports/{id}/decision', {
    method: 'post',
    summary: 'Dismiss a report, or withhold or remove what it is about',
    description:
      'Decides all open reports about the same. A repeat changes nothing. Nobody decides about their own.',
    params: idParamsSchema,
    body: reportDecisionSchema,
    success: { status: 200, description: 'The report', body: adminReportSchema },
    problems: ['not-found', 'forbidden', 'changed-meanwhile'],
    keyScope: 'admin:people',
  }),
  adminListQuarantine: moderatorRoute('quarantine', {
    method: 'get',
    summary: 'List what is or was withheld',
    query: quarantineQuerySchema,
    success: { status: 200, description: 'The newest first', body: quarantineListSchema },
    keyScope: 'admin:people',
  }),
  adminGetQuarantine: moderatorRoute('quarantine/{id}', {
    method: 'get',
    summary: 'Read why something is withheld',
    params: idParamsSchema,
    success: { status: 200, description: 'The quarantine', body: quarantineSchema },
    problems: ['not-found'],
    keyScope: 'admin:people',
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
    keyScope: 'admin:people',
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
    keyScope: 'admin:people',
  }),
  adminPreviewAsset: moderatorRoute('assets/{id}/preview', {
    method: 'get',
    summary: 'See what is withheld, blurred',
    description: 'Of a video the first frame.',
    params: idParamsSchema,
    success: { status: 200, description: 'A small blurred picture', body: reviewPictureSchema },
    problems: ['not-found'],
    keyScope: 'admin:people',
  }),
  adminViewAsset: moderatorRoute('assets/{id}/view', {
    method: 'post',
    summary: 'See what is withheld clearly; the audit keeps who did, and why',
    params: idParamsSchema,
    body: viewReasonSchema,
    success: { status: 200, description: 'At most 1600 pixels wide and high', body: reviewPictureSchema },
    problems: ['not-found'],
    keyScope: 'admin:people',
  }),
};
