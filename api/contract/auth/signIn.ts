import { z } from 'zod';
import { idSchema, localeSchema } from '../fields.ts';

export const roleSchema = z.enum(['user', 'moderator', 'admin']);

/** 3 to 32 of `a-z 0-9 . _ -`; capitals are folded. */
const usernameSchema = z
  .string({ error: 'Give a user name.' })
  .overwrite((name) => name.toLowerCase())
  .regex(/^[a-z0-9._-]{3,32}$/, {
    error: 'Use 3 to 32 letters from a to z, digits, dots, underscores or hyphens.',
  });

export const passwordSchema = z
  .string({ error: 'Give a password.' })
  .min(10, { error: 'Use at least 10 characters.' })
  .max(200, { error: 'Use at most 200 characters.' });

export const registerSchema = z.strictObject({
  username: usernameSchema,
  password: passwordSchema,
  invite: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .meta({ description: 'The code that registering needs while `registration` in the status is `invited`' }),
});

/** Names and passwords that no account can have are simply wrong here, so the rules are not repeated. */
export const loginSchema = z.strictObject({
  username: z
    .string()
    .max(200)
    .overwrite((name) => name.toLowerCase()),
  password: z.string().max(1_000),
});

export const refreshSchema = z.strictObject({
  refreshToken: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .meta({ description: 'Required, unless it is in the cookie and the header Star-Graph-Session says so' }),
});

export const linkSchema = z.strictObject({ code: z.string().min(1).max(64) });

const signedInUserSchema = z
  .object({
    id: idSchema,
    username: z.string().nullable().meta({ description: 'null while the account is known by Discord alone' }),
    role: roleSchema,
    locale: localeSchema,
  })
  .meta({ id: 'SignedInUser' });
export type SignedInUser = z.output<typeof signedInUserSchema>;

export const signInSchema = z
  .object({
    accessToken: z.string(),
    refreshToken: z.string().optional().meta({
      description:
        'Good for one refresh; using it again ends the session, unless the same client asks at once because the answer was lost. Absent where it went into a cookie',
    }),
    expiresIn: z.int().meta({ description: 'Seconds until the access token expires' }),
    user: signedInUserSchema,
  })
  .meta({ id: 'SignIn' });
export type SignInView = z.output<typeof signInSchema>;
/** Of a request without the header Star-Graph-Session. */
export type TokenSignInView = SignInView & { refreshToken: string };
