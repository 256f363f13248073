import { z } from 'zod';
import { timeSchema } from '../fields.ts';
import { factorChangeSchema } from './secondFactor.ts';
import { passwordSchema } from './signIn.ts';

export const passwordChangeSchema = z.strictObject({
  ...factorChangeSchema.shape,
  password: z.string().max(1_000).meta({ description: 'The old one' }),
  newPassword: passwordSchema,
});

export const passwordResetSchema = z.strictObject({
  token: z.string().min(1).max(200).meta({ description: 'What follows # in the link' }),
  password: passwordSchema,
});

export const passwordResetLinkSchema = z
  .object({
    url: z.string().meta({ description: 'For the person alone: whoever has it sets their password' }),
    expiresAt: timeSchema,
  })
  .meta({ id: 'PasswordResetLink' });
