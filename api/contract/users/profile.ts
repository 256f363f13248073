import { z } from 'zod';
import { roleSchema } from '../auth/signIn.ts';
import { idSchema, localeSchema, timeSchema } from '../fields.ts';
import { identitySchema } from './links.ts';

export const profileSchema = z
  .object({
    id: idSchema,
    username: z.string().nullable(),
    role: roleSchema,
    locale: localeSchema,
    createdAt: timeSchema,
    identities: z.array(identitySchema),
  })
  .meta({ id: 'Profile' });
export type ProfileView = z.output<typeof profileSchema>;

export const profilePatchSchema = z.strictObject({ locale: localeSchema.optional() });
