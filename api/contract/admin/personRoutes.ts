import { z } from 'zod';
import { sessionListSchema } from '../auth/sessions.ts';
import { idParamsSchema, idSchema } from '../fields.ts';
import { pageQuerySchema } from '../pages.ts';
import { adminRoute, moderatorRoute } from './adminRoute.ts';
import { failedSignInsSchema } from './failedSignIns.ts';
import { newPersonNoteSchema, personNoteListSchema, personNoteSchema } from './personNotes.ts';

const sessionParamsSchema = z.strictObject({ id: idSchema, sessionId: idSchema });

/** Sessions of people, and notes about them. A moderator reaches users only. */
export const personRoutes = {
  adminReadFailedSignIns: adminRoute('failed-sign-ins', {
    method: 'get',
    summary: 'Count the sign-ins of the last day that failed',
    success: { status: 200, description: 'By account and by address, most first', body: failedSignInsSchema },
  }),
  adminListSessions: moderatorRoute('users/{id}/sessions', {
    method: 'get',
    summary: 'List a person’s sessions',
    params: idParamsSchema,
    query: pageQuerySchema,
    success: { status: 200, description: 'Sessions that live, newest first', body: sessionListSchema },
    problems: ['not-found'],
    keyScope: 'admin:people',
  }),
  adminDeleteSessions: moderatorRoute('users/{id}/sessions', {
    method: 'delete',
    summary: 'End all sessions of a person',
    params: idParamsSchema,
    success: { status: 204, description: 'Their sockets and event streams have ended too' },
    problems: ['not-found'],
    keyScope: 'admin:people',
  }),
  adminDeleteSession: moderatorRoute('users/{id}/sessions/{sessionId}', {
    method: 'delete',
    summary: 'End one session of a person',
    params: sessionParamsSchema,
    success: { status: 204, description: 'Its sockets and event streams have ended too' },
    problems: ['not-found'],
    keyScope: 'admin:people',
  }),
  adminListNotes: moderatorRoute('users/{id}/notes', {
    method: 'get',
    summary: 'List the notes about a person, who never sees them',
    params: idParamsSchema,
    query: pageQuerySchema,
    success: { status: 200, description: 'Notes, newest first', body: personNoteListSchema },
    problems: ['not-found'],
    keyScope: 'admin:people',
  }),
  adminAddNote: moderatorRoute('users/{id}/notes', {
    method: 'post',
    summary: 'Add a note about a person; notes are never changed',
    params: idParamsSchema,
    body: newPersonNoteSchema,
    success: { status: 201, description: 'The note', body: personNoteSchema },
    problems: ['not-found', 'idempotency-conflict'],
    keyScope: 'admin:people',
  }),
};
