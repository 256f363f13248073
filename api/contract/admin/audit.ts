import { auditActions } from '@star-graph/workflows/shared/auditActions';
import { z } from 'zod';
import { idSchema, instantSchema, timeSchema } from '../fields.ts';
import { pageOf, pageQuery } from '../pages.ts';

const auditSchema = z
  .object({
    id: idSchema,
    actorId: idSchema.nullable(),
    action: z.string(),
    target: z.string(),
    data: z.record(z.string(), z.unknown()),
    createdAt: timeSchema,
  })
  .meta({ id: 'AuditRecord' });
export type AuditView = z.output<typeof auditSchema>;
export const auditListSchema = pageOf(auditSchema);

export const auditCheckQuerySchema = z.strictObject({
  after: z.coerce
    .number()
    .int()
    .min(0)
    .max(Number.MAX_SAFE_INTEGER)
    .default(0)
    .meta({ description: 'The number to go on after' }),
});

export const auditCheckSchema = z
  .object({
    checkedTo: z.int().meta({ description: 'The number of the last record that was looked at' }),
    complete: z.boolean().meta({ description: 'false: go on with after = checkedTo' }),
    unsealed: z
      .int()
      .meta({ description: 'Records without a seal; they get it within two minutes if DATA_KEYS is set' }),
    faults: z.array(
      z.object({
        kind: z.enum(['record-missing', 'changed', 'seal-missing', 'end-missing', 'key-missing']),
        seq: z.int().meta({ description: 'The number of the record in the chain' }),
        auditId: idSchema.nullable(),
      }),
    ),
  })
  .meta({ id: 'AuditCheck' });

export const auditExportQuerySchema = z.strictObject({
  from: instantSchema.optional(),
  to: instantSchema.optional().meta({ description: 'Before it; default: now' }),
});

export const sealedAuditSchema = auditSchema.extend({
  seal: z
    .object({ seq: z.int(), kid: z.string(), mac: z.string() })
    .nullable()
    .meta({ description: 'null: not sealed yet, or without DATA_KEYS' }),
});
export type SealedAuditView = z.output<typeof sealedAuditSchema>;

export const auditQuerySchema = z.strictObject({
  ...pageQuery,
  target: z.string().max(160).optional().meta({ description: 'As user:<id> or backend:<id>' }),
  actorId: idSchema.optional().meta({ description: 'Who acted' }),
  action: z.enum(auditActions).optional().meta({ description: 'What was done' }),
  from: instantSchema.optional(),
  to: instantSchema.optional().meta({ description: 'Before it' }),
});
