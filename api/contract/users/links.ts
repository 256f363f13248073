import { z } from 'zod';
import { timeSchema } from '../fields.ts';

export const identitySchema = z
  .object({
    provider: z.string().meta({ description: '`discord`, or the issuer of a sign-in provider' }),
    subject: z.string(),
    displayName: z
      .string()
      .nullable()
      .meta({ description: 'As it is called there; null where that is not known' }),
  })
  .meta({ id: 'LinkedIdentity' });
export type IdentityView = z.output<typeof identitySchema>;

export const linkPreviewSchema = z
  .object({
    account: z
      .object({ username: z.string().nullable(), createdAt: timeSchema })
      .nullable()
      .meta({ description: 'null for a sign-in that has no account yet' }),
    identities: z.array(identitySchema),
  })
  .meta({ id: 'LinkPreview' });
export type LinkPreview = z.output<typeof linkPreviewSchema>;

export const linkCodeRequestSchema = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .optional()
    .meta({ description: 'Of a service key: what the person is called there' }),
});

export const linkApprovalRequestSchema = z.strictObject({
  challenge: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .meta({
      description:
        'SHA-256, hexadecimal, of a code of 64 characters of 0 to 9 and A to F that the program made and keeps',
    }),
});

export const linkApprovalSchema = z.object({ expiresAt: timeSchema }).meta({ id: 'LinkApproval' });

export const unlinkSchema = z.strictObject({
  provider: z.string().min(1).max(500),
  subject: z.string().min(1).max(500),
});
