import { z } from 'zod';
import { timeSchema, workflowNameSchema } from '../fields.ts';
import { route } from '../route.ts';
import { draftSchema, mostDraftCharacters } from './presets.ts';

const path = '/api/v1/drafts';

const changesSchema = z.record(z.string(), z.unknown());

const draftChangeSchema = z
  .strictObject({
    workflow: workflowNameSchema,
    values: changesSchema.optional(),
    tuning: z.record(z.string(), changesSchema).optional(),
  })
  .meta({ id: 'DraftChange' });
export type DraftChange = z.output<typeof draftChangeSchema>;

const keptDraftSchema = z
  .object({ workflow: z.string(), draft: draftSchema, changedAt: timeSchema })
  .meta({ id: 'Draft' });
export type DraftView = z.output<typeof keptDraftSchema>;

/** What is filled in and not sent, so that another browser goes on with it. */
export const draftRoutes = {
  listDrafts: route({
    method: 'get',
    path,
    auth: 'user',
    tag: 'users',
    summary: 'List what you have filled in, by workflow',
    success: {
      status: 200,
      description: 'The one changed last first',
      body: z.object({ items: z.array(keptDraftSchema) }).meta({ id: 'DraftList' }),
    },
  }),
  changeDraft: route({
    method: 'patch',
    path,
    auth: 'user',
    tag: 'users',
    summary: 'Change some of what you have filled in for a workflow; null forgets one',
    description: `Values that are not named stay, whoever wrote them. 20 workflows are kept, of ${mostDraftCharacters} characters each; the one changed longest ago gives way.`,
    body: draftChangeSchema,
    success: { status: 200, description: 'All of it afterwards', body: keptDraftSchema },
  }),
};
