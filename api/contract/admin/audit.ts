import { z } from 'zod';
import { idSchema, timeSchema } from '../fields.ts';
import { pageOf, pageQuery } from '../pages.ts';

export const auditSchema = z
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

export const auditQuerySchema = z.strictObject({ ...pageQuery, target: z.string().max(160).optional() });
