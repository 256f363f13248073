import {
  adminTaskListSchema,
  adminTaskQuerySchema,
  adminTaskSchema,
  adminUserListSchema,
  adminUserPatchSchema,
  adminUserQuerySchema,
  adminUserSchema,
  auditListSchema,
  auditQuerySchema,
  backendListSchema,
  backendPatchSchema,
  backendSchema,
  creditsChangeSchema,
  ledgerCheckSchema,
  newAnnouncementSchema,
  newBackendSchema,
  queueSchema,
  settingsSchema,
} from './admin.ts';
import { announcementListSchema, announcementSchema } from './public.ts';
import { type RouteSpec, route } from './route.ts';
import { idParamsSchema, pageQuerySchema } from './shared.ts';
import {
  apiKeyListSchema,
  apiKeyParamsSchema,
  balanceSchema,
  createdApiKeySchema,
  newApiKeySchema,
} from './users.ts';

const adminRoute = <const Spec extends Omit<RouteSpec, 'auth' | 'tag' | 'path'>, const Path extends string>(
  path: Path,
  spec: Spec,
) => route({ ...spec, path: `/api/admin/${path}`, auth: 'admin', tag: 'admin' });

/** What only administrators may do. Everything that changes something is written to the audit. */
export const adminRoutes = {
  adminListUsers: adminRoute('users', {
    method: 'get',
    summary: 'List people',
    query: adminUserQuerySchema,
    success: { status: 200, description: 'People, newest first', body: adminUserListSchema },
  }),
  adminGetUser: adminRoute('users/{id}', {
    method: 'get',
    summary: 'Read a person',
    params: idParamsSchema,
    success: { status: 200, description: 'The person', body: adminUserSchema },
    problems: ['not-found'],
  }),
  adminPatchUser: adminRoute('users/{id}', {
    method: 'patch',
    summary: 'Change a role, disable or enable an account',
    params: idParamsSchema,
    body: adminUserPatchSchema,
    success: { status: 200, description: 'The person', body: adminUserSchema },
    problems: ['not-found'],
  }),
  adminChangeCredits: adminRoute('users/{id}/credits', {
    method: 'post',
    summary: 'Give credits, or take them by a negative amount',
    params: idParamsSchema,
    body: creditsChangeSchema,
    success: { status: 200, description: 'The balance afterwards', body: balanceSchema },
    problems: ['not-found', 'insufficient-credits', 'idempotency-conflict'],
  }),
  adminCheckLedger: adminRoute('ledger/check', {
    method: 'get',
    summary: 'Add the whole ledger up',
    success: { status: 200, description: 'What was found', body: ledgerCheckSchema },
  }),
  adminListBackends: adminRoute('backends', {
    method: 'get',
    summary: 'List the GPU servers',
    query: pageQuerySchema,
    success: { status: 200, description: 'GPU servers, newest first', body: backendListSchema },
  }),
  adminCreateBackend: adminRoute('backends', {
    method: 'post',
    summary: 'Add a GPU server',
    body: newBackendSchema,
    success: { status: 201, description: 'The GPU server', body: backendSchema },
  }),
  adminPatchBackend: adminRoute('backends/{id}', {
    method: 'patch',
    summary: 'Change, drain, disable or enable a GPU server',
    params: idParamsSchema,
    body: backendPatchSchema,
    success: { status: 200, description: 'The GPU server', body: backendSchema },
    problems: ['not-found'],
  }),
  adminDeleteBackend: adminRoute('backends/{id}', {
    method: 'delete',
    summary: 'Remove a GPU server; its tasks go elsewhere',
    params: idParamsSchema,
    success: { status: 204, description: 'Removed' },
    problems: ['not-found'],
  }),
  adminListTasks: adminRoute('tasks', {
    method: 'get',
    summary: 'List everybody’s tasks',
    query: adminTaskQuerySchema,
    success: { status: 200, description: 'Tasks, newest first', body: adminTaskListSchema },
  }),
  adminGetTask: adminRoute('tasks/{id}', {
    method: 'get',
    summary: 'Read anybody’s task',
    params: idParamsSchema,
    success: { status: 200, description: 'The task', body: adminTaskSchema },
    problems: ['not-found'],
  }),
  adminCancelTask: adminRoute('tasks/{id}', {
    method: 'delete',
    summary: 'Cancel anybody’s task',
    params: idParamsSchema,
    success: { status: 200, description: 'The cancelled task', body: adminTaskSchema },
    problems: ['not-found', 'task-finished'],
  }),
  adminGetQueue: adminRoute('queue', {
    method: 'get',
    summary: 'Read how much waits and runs',
    success: { status: 200, description: 'The queue', body: queueSchema },
  }),
  adminListAnnouncements: adminRoute('announcements', {
    method: 'get',
    summary: 'List all announcements, expired ones too',
    query: pageQuerySchema,
    success: { status: 200, description: 'Announcements, newest first', body: announcementListSchema },
  }),
  adminCreateAnnouncement: adminRoute('announcements', {
    method: 'post',
    summary: 'Announce something to everybody',
    body: newAnnouncementSchema,
    success: { status: 201, description: 'The announcement', body: announcementSchema },
  }),
  adminDeleteAnnouncement: adminRoute('announcements/{id}', {
    method: 'delete',
    summary: 'Withdraw an announcement',
    params: idParamsSchema,
    success: { status: 204, description: 'Withdrawn' },
    problems: ['not-found'],
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
    body: newApiKeySchema,
    success: { status: 201, description: 'The key; it is never shown again', body: createdApiKeySchema },
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
  }),
  adminGetSettings: adminRoute('settings', {
    method: 'get',
    summary: 'Read the limits and switches in force',
    success: { status: 200, description: 'Values by name; secrets are left out', body: settingsSchema },
  }),
};
