import { passwordResetLinkSchema } from '../auth/passwords.ts';
import { idParamsSchema } from '../fields.ts';
import { guildParamsSchema } from '../guilds/guildPolicy.ts';
import { pageQuerySchema } from '../pages.ts';
import {
  announcementListSchema,
  announcementSchema,
  newAnnouncementSchema,
} from '../platform/announcements.ts';
import {
  apiKeyListSchema,
  apiKeyParamsSchema,
  createdApiKeySchema,
  newServiceKeySchema,
} from '../users/apiKeys.ts';
import { balanceSchema } from '../users/credits.ts';
import { adminRoute, moderatorRoute } from './adminRoute.ts';
import {
  adminTaskDetailSchema,
  adminTaskListSchema,
  adminTaskQuerySchema,
  adminTaskSchema,
} from './adminTasks.ts';
import {
  adminUserListSchema,
  adminUserPatchSchema,
  adminUserQuerySchema,
  adminUserSchema,
  creditsChangeSchema,
} from './adminUsers.ts';
import {
  auditCheckQuerySchema,
  auditCheckSchema,
  auditExportQuerySchema,
  auditListSchema,
  auditQuerySchema,
} from './audit.ts';
import { backendListSchema, backendPatchSchema, backendSchema, newBackendSchema } from './backends.ts';
import { ledgerCheckSchema } from './ledger.ts';
import { modelSettingsSchema } from './modelSettings.ts';
import {
  newWorkflowQuerySchema,
  newWorkflowSchema,
  proposalRoutes,
  workflowManifestSchema,
  workflowRoutes,
  workflowVersionListSchema,
  workflowVersionParamsSchema,
  workflowVersionPatchSchema,
  workflowVersionSchema,
} from './operatorWorkflows.ts';

/** The operations of administrators, and those of them that moderators have too. Every change is written to the audit. */
export const adminRoutes = {
  adminListUsers: moderatorRoute('users', {
    method: 'get',
    summary: 'List people',
    query: adminUserQuerySchema,
    success: { status: 200, description: 'People, newest first', body: adminUserListSchema },
    forDelegates: true,
    keyScope: 'admin:people',
  }),
  adminGetUser: moderatorRoute('users/{id}', {
    method: 'get',
    summary: 'Read a person',
    params: idParamsSchema,
    success: { status: 200, description: 'The person', body: adminUserSchema },
    problems: ['not-found'],
    keyScope: 'admin:people',
  }),
  adminPatchUser: moderatorRoute('users/{id}', {
    method: 'patch',
    summary: 'Change a role, disable or enable an account',
    description:
      'A moderator disables and enables accounts of users, and changes no role. A service key changes no role and no administrator.',
    params: idParamsSchema,
    body: adminUserPatchSchema,
    success: { status: 200, description: 'The person', body: adminUserSchema },
    problems: ['not-found'],
    forDelegates: true,
    keyScope: 'admin:people',
    needsPresence: true,
  }),
  adminRemoveSecondFactor: moderatorRoute('users/{id}/second-factor', {
    method: 'delete',
    summary: 'Take the second factors of a person away who lost them',
    description:
      'The person’s sessions end, and they sign in by password alone. A moderator does this for users only.',
    params: idParamsSchema,
    success: { status: 204, description: 'The person has no second factor' },
    problems: ['not-found'],
    needsPresence: true,
  }),
  adminMakePasswordReset: adminRoute('users/{id}/password-reset', {
    method: 'post',
    summary: 'Make a one-time link by which a person sets a new password',
    description:
      'Good for 24 hours; an earlier one is over. Not for yourself, and not through a service key.',
    params: idParamsSchema,
    success: { status: 201, description: 'The link; it is never shown again', body: passwordResetLinkSchema },
    problems: ['not-found'],
    needsPresence: true,
  }),
  adminChangeCredits: adminRoute('users/{id}/credits', {
    method: 'post',
    summary: 'Give credits, or take them by a negative amount',
    params: idParamsSchema,
    body: creditsChangeSchema,
    success: { status: 200, description: 'The balance afterwards', body: balanceSchema },
    problems: ['not-found', 'insufficient-credits', 'idempotency-conflict'],
    forDelegates: true,
    keyScope: 'admin:money',
    needsPresence: true,
  }),
  adminChangeGuildCredits: adminRoute('guilds/{discordGuildId}/credits', {
    method: 'post',
    summary: 'Give a Discord server shared credits, or take them by a negative amount',
    params: guildParamsSchema,
    body: creditsChangeSchema,
    success: { status: 200, description: 'The shared credits afterwards', body: balanceSchema },
    problems: ['insufficient-credits', 'idempotency-conflict'],
    forDelegates: true,
    keyScope: 'admin:money',
    needsPresence: true,
  }),
  adminCheckLedger: adminRoute('ledger/check', {
    method: 'get',
    summary: 'Add the whole ledger up',
    description:
      'A ledger of up to 10,000 movements is added up now. A larger one is added up in parts, once a day and when somebody asks: the answer tells of the last complete check and of the one under way.',
    success: { status: 200, description: 'What was found', body: ledgerCheckSchema },
    keyScope: 'admin:money',
  }),
  adminListBackends: adminRoute('backends', {
    method: 'get',
    summary: 'List the GPU servers',
    query: pageQuerySchema,
    success: { status: 200, description: 'GPU servers, newest first', body: backendListSchema },
    keyScope: 'admin:pool',
  }),
  adminCreateBackend: adminRoute('backends', {
    method: 'post',
    summary: 'Add a GPU server',
    body: newBackendSchema,
    success: { status: 201, description: 'The GPU server', body: backendSchema },
    keyScope: 'admin:pool',
    needsPresence: true,
  }),
  adminPatchBackend: adminRoute('backends/{id}', {
    method: 'patch',
    summary: 'Change, drain, disable or enable a GPU server',
    params: idParamsSchema,
    body: backendPatchSchema,
    success: { status: 200, description: 'The GPU server', body: backendSchema },
    problems: ['not-found'],
    keyScope: 'admin:pool',
    needsPresence: true,
  }),
  adminDeleteBackend: adminRoute('backends/{id}', {
    method: 'delete',
    summary: 'Remove a GPU server; its tasks go elsewhere',
    params: idParamsSchema,
    success: { status: 204, description: 'Removed' },
    problems: ['not-found'],
    keyScope: 'admin:pool',
    needsPresence: true,
  }),
  adminClearUnfitModels: adminRoute('backends/{id}/unfit-models', {
    method: 'delete',
    summary: 'Try again what was found not to run on a GPU server: its files were put right',
    params: idParamsSchema,
    success: { status: 204, description: 'Cleared' },
    problems: ['not-found'],
    keyScope: 'admin:pool',
  }),
  adminListTasks: moderatorRoute('tasks', {
    method: 'get',
    summary: 'List everybody’s tasks',
    query: adminTaskQuerySchema,
    success: { status: 200, description: 'Tasks, newest first', body: adminTaskListSchema },
    keyScope: 'admin:people',
  }),
  adminGetTask: moderatorRoute('tasks/{id}', {
    method: 'get',
    summary: 'Read anybody’s task with its attempts, and why they failed',
    params: idParamsSchema,
    success: { status: 200, description: 'The task', body: adminTaskDetailSchema },
    problems: ['not-found'],
    keyScope: 'admin:people',
  }),
  adminCancelTask: moderatorRoute('tasks/{id}', {
    method: 'delete',
    summary: 'Cancel anybody’s task',
    params: idParamsSchema,
    success: { status: 200, description: 'The cancelled task', body: adminTaskSchema },
    problems: ['not-found', 'task-finished'],
    keyScope: 'admin:people',
  }),
  adminListAnnouncements: adminRoute('announcements', {
    method: 'get',
    summary: 'List all announcements, expired ones too',
    query: pageQuerySchema,
    success: { status: 200, description: 'Announcements, newest first', body: announcementListSchema },
    keyScope: 'admin:people',
  }),
  adminCreateAnnouncement: adminRoute('announcements', {
    method: 'post',
    summary: 'Announce something to everybody',
    body: newAnnouncementSchema,
    success: { status: 201, description: 'The announcement', body: announcementSchema },
    forDelegates: true,
    keyScope: 'admin:people',
  }),
  adminDeleteAnnouncement: adminRoute('announcements/{id}', {
    method: 'delete',
    summary: 'Withdraw an announcement',
    params: idParamsSchema,
    success: { status: 204, description: 'Removed' },
    problems: ['not-found'],
    keyScope: 'admin:people',
  }),
  adminListServiceKeys: adminRoute('service-keys', {
    method: 'get',
    summary: 'List the service keys',
    query: pageQuerySchema,
    success: { status: 200, description: 'Keys without their secrets', body: apiKeyListSchema },
  }),
  adminCreateServiceKey: adminRoute('service-keys', {
    method: 'post',
    summary: 'Make a service key, which may act for Discord users',
    body: newServiceKeySchema,
    success: { status: 201, description: 'The key; it is never shown again', body: createdApiKeySchema },
    needsPresence: true,
  }),
  adminDeleteServiceKey: adminRoute('service-keys/{id}', {
    method: 'delete',
    summary: 'Revoke a service key',
    params: apiKeyParamsSchema,
    success: { status: 204, description: 'Revoked' },
    problems: ['not-found'],
  }),
  adminListAudit: adminRoute('audit', {
    method: 'get',
    summary: 'Read who changed what',
    query: auditQuerySchema,
    success: { status: 200, description: 'Administrative acts, newest first', body: auditListSchema },
    keyScope: 'admin:people',
  }),
  adminExportAudit: adminRoute('audit/export', {
    method: 'get',
    summary: 'Read the audit with its seals as lines of JSON',
    description:
      'Oldest first. The export is an act too, and comes into the audit before the first line is sent.',
    query: auditExportQuerySchema,
    success: {
      status: 200,
      description: 'A line for each act: an AuditRecord with `seal`, its `seq`, `kid` and `mac`, or null',
      contentType: 'application/x-ndjson',
    },
    keyScope: 'admin:people',
  }),
  adminCheckAudit: adminRoute('audit/check', {
    method: 'get',
    summary: 'Look for records of the audit that were removed or changed',
    description:
      'Each record is sealed within two minutes by a signature over it and the seal before. A check looks at 400 records; go on after checkedTo until it is complete.',
    query: auditCheckQuerySchema,
    success: { status: 200, description: 'What was found', body: auditCheckSchema },
    keyScope: 'admin:people',
  }),
  adminListWorkflows: adminRoute('workflows', {
    method: 'get',
    summary: 'List the versions of custom workflows',
    query: pageQuerySchema,
    success: {
      status: 200,
      description: 'Versions by name, newest first',
      body: workflowVersionListSchema,
    },
    keyScope: 'admin:pool',
  }),
  adminCreateWorkflow: adminRoute('workflows', {
    method: 'post',
    summary: 'Add a workflow, or a new version of one, and offer it',
    query: newWorkflowQuerySchema,
    body: newWorkflowSchema,
    takesGraph: true,
    success: {
      status: 201,
      description: 'The version, which is on offer now unless `offer` is `no`',
      body: workflowVersionSchema,
    },
    unchanged: 'The version, which was added before by the same document; nothing was changed',
    keyScope: 'admin:pool',
  }),
  ...workflowRoutes,
  ...proposalRoutes,
  adminGetWorkflow: adminRoute('workflows/{name}/{version}', {
    method: 'get',
    summary: 'Read a version with its manifest',
    params: workflowVersionParamsSchema,
    success: { status: 200, description: 'The version', body: workflowManifestSchema },
    problems: ['not-found'],
    keyScope: 'admin:pool',
  }),
  adminPatchWorkflow: adminRoute('workflows/{name}/{version}', {
    method: 'patch',
    summary: 'Offer a version, or stop offering it; accepted tasks keep theirs',
    params: workflowVersionParamsSchema,
    body: workflowVersionPatchSchema,
    success: { status: 200, description: 'The version', body: workflowVersionSchema },
    problems: ['not-found'],
    keyScope: 'admin:pool',
  }),
  adminGetModelSettings: adminRoute('model-settings', {
    method: 'get',
    summary: 'Read the defaults, file names and families of models',
    success: { status: 200, description: 'What is in force', body: modelSettingsSchema },
    keyScope: 'admin:pool',
  }),
  adminPutModelSettings: adminRoute('model-settings', {
    method: 'put',
    summary: 'Replace the defaults, file names and families of models; in force within seconds',
    body: modelSettingsSchema,
    success: { status: 200, description: 'What is in force now', body: modelSettingsSchema },
    keyScope: 'admin:pool',
  }),
};
