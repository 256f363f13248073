import { z } from 'zod';
import { idSchema, timeSchema } from '../fields.ts';
import { pageOf, pageQuery } from '../pages.ts';
import { noteSchema, quarantineReasonSchema, versionSchema } from './quarantines.ts';

const reportStateSchema = z
  .enum(['open', 'dismissed', 'upheld'])
  .meta({ description: 'upheld: what was reported was withheld or removed' });

const oneTarget = 'Give assetId or taskId.';

export const newReportSchema = z
  .strictObject({
    assetId: idSchema.optional().meta({ description: 'One picture' }),
    taskId: idSchema.optional().meta({ description: 'A task with all its results' }),
    reason: quarantineReasonSchema,
    text: z.string().trim().min(1).max(500).optional().meta({ description: 'For the moderators' }),
  })
  .refine(({ assetId, taskId }) => (assetId === undefined) !== (taskId === undefined), { error: oneTarget })
  .meta({ id: 'NewReport' });

const reported = {
  id: idSchema,
  assetId: idSchema.optional(),
  taskId: idSchema.optional(),
  reason: quarantineReasonSchema,
  text: z.string().optional(),
  state: reportStateSchema,
  createdAt: timeSchema,
};

/** What its reporter is told. */
export const reportSchema = z.object(reported).meta({ id: 'Report' });
export type ReportView = z.output<typeof reportSchema>;

export const adminReportSchema = z
  .object({
    ...reported,
    version: z.int().meta({ description: 'Raised by the decision' }),
    ownerId: idSchema.meta({ description: 'Whose it is' }),
    reporterId: idSchema,
    assetIds: z.array(idSchema).meta({ description: 'What there is to look at; empty: it was deleted' }),
    decidedAt: timeSchema.optional(),
  })
  .meta({ id: 'AdminReport' });
export type AdminReportView = z.output<typeof adminReportSchema>;
export const adminReportListSchema = pageOf(adminReportSchema);

export const reportQuerySchema = z.strictObject({ ...pageQuery, state: reportStateSchema.optional() });

export const reportDecisionSchema = z
  .strictObject({
    version: versionSchema,
    decision: z.enum(['dismiss', 'quarantine', 'remove']),
    reason: quarantineReasonSchema.optional().meta({ description: "Absent: the reporter's" }),
    note: noteSchema.optional(),
    blockOwner: z
      .boolean()
      .default(false)
      .meta({ description: 'Disables the account too, as adminPatchUser does' }),
  })
  .meta({ id: 'ReportDecision' });
