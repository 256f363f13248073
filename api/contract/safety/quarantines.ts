import { z } from 'zod';
import { idSchema, timeSchema } from '../fields.ts';
import { pageOf, pageQuery } from '../pages.ts';

export const quarantineReasonSchema = z
  .enum(['sexual', 'minors', 'violence', 'hate', 'illegal', 'likeness', 'other'])
  .meta({ description: 'likeness: of a real person who did not agree' });
const shownReasonSchema = z
  .enum([...quarantineReasonSchema.options, 'unchecked'])
  .meta({ description: 'unchecked: the classifier did not answer, and is asked again' });
const quarantineStateSchema = z.enum(['quarantined', 'released', 'removed']);
const appealStateSchema = z.enum(['open', 'granted', 'rejected']);

export const versionSchema = z.int().min(0).max(1_000_000).meta({ description: 'The one that you read' });
export const noteSchema = z.string().trim().min(1).max(500).meta({ description: 'The owner is shown it' });

const appealSchema = z.object({ text: z.string(), state: appealStateSchema, at: timeSchema });

/** What a moderator is told of withheld bytes. */
export const quarantineSchema = z
  .object({
    id: idSchema,
    assetId: idSchema,
    taskId: idSchema.optional(),
    userId: idSchema.meta({ description: 'The owner' }),
    state: quarantineStateSchema,
    version: z.int().meta({ description: 'Raised by each change' }),
    reason: shownReasonSchema,
    note: z.string().optional(),
    source: z.enum(['moderator', 'classifier']).meta({ description: 'Who withheld it' }),
    scores: z.record(z.string(), z.number()).optional().meta({ description: 'What a classifier said' }),
    appeal: appealSchema.optional(),
    createdAt: timeSchema,
    changedAt: timeSchema,
  })
  .meta({ id: 'Quarantine' });
export type QuarantineView = z.output<typeof quarantineSchema>;
export const quarantineListSchema = pageOf(quarantineSchema);

export const quarantineQuerySchema = z.strictObject({
  ...pageQuery,
  state: quarantineStateSchema.optional(),
  appeal: appealStateSchema.optional(),
});

export const newQuarantineSchema = z
  .strictObject({
    version: versionSchema
      .default(0)
      .meta({ description: 'The one that you read; 0: it was never withheld' }),
    reason: quarantineReasonSchema,
    note: noteSchema.optional(),
  })
  .meta({ id: 'NewQuarantine' });

export const quarantineDecisionSchema = z
  .strictObject({
    version: versionSchema,
    decision: z
      .enum(['release', 'remove', 'uphold'])
      .meta({ description: 'uphold: the appeal is rejected, and it stays withheld' }),
    note: noteSchema.optional(),
  })
  .meta({ id: 'QuarantineDecision' });

/** A picture for the eyes of moderators. */
export const reviewPictureSchema = z
  .object({ mime: z.literal('image/webp'), base64: z.string() })
  .meta({ id: 'ReviewPicture' });
export type ReviewPictureView = z.output<typeof reviewPictureSchema>;

export const viewReasonSchema = z.strictObject({
  reason: z.string().trim().min(1, { error: 'Say why.' }).max(200).meta({ description: 'Kept in the audit' }),
});

/** What its owner is told: neither picture nor link. */
export const withheldSchema = z
  .object({
    id: idSchema,
    assetId: idSchema,
    taskId: idSchema.optional(),
    state: z.enum(['quarantined', 'removed']),
    reason: shownReasonSchema,
    note: z.string().optional(),
    by: z.enum(['moderator', 'classifier']),
    appeal: appealSchema.optional(),
    mayAppeal: z.boolean(),
    createdAt: timeSchema,
  })
  .meta({ id: 'Withheld' });
export type WithheldView = z.output<typeof withheldSchema>;
export const withheldListSchema = pageOf(withheldSchema);

export const appealTextSchema = z.strictObject({
  text: z.string().trim().min(1, { error: 'Say why it should be shown.' }).max(1_000),
});
