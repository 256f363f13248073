import { z } from 'zod';
import { roleSchema } from './auth.ts';
import { creditsSchema, idSchema, localeSchema, pageOf, printableFault, timeSchema } from './shared.ts';

export const profileSchema = z
  .object({
    id: idSchema,
    username: z.string().nullable(),
    role: roleSchema,
    locale: localeSchema,
    createdAt: timeSchema,
    identities: z.array(z.object({ provider: z.string(), subject: z.string() })),
  })
  .meta({ id: 'Profile' });
export type ProfileView = z.output<typeof profileSchema>;

export const profilePatchSchema = z.strictObject({ locale: localeSchema.optional() });

/** Most characters of a text that stands for what nobody typed. */
export const defaultTextCharacters = 1_000;
const defaultSideSchema = z.int().min(256).max(2_048).multipleOf(8, { error: 'Use a multiple of 8.' });
const defaultAreaAtMost = 3_145_728;
export const defaultSizeSchema = z
  .strictObject({ width: defaultSideSchema, height: defaultSideSchema })
  .refine(({ width, height }) => width * height <= defaultAreaAtMost, { error: 'At most 3 megapixels.' });

const preferenceShape = {
  model: z.string().min(1).max(255),
  size: defaultSizeSchema,
  negativePrompt: z.string().min(1).max(defaultTextCharacters),
  pingWhenDone: z.boolean(),
};

/** What a person wants where they say nothing else, in whatever server. */
export const preferencesSchema = z.strictObject(preferenceShape).partial().meta({ id: 'Preferences' });
export type PreferencesView = z.output<typeof preferencesSchema>;

/** What is not named stays as it is; null forgets. */
export const preferencesPatchSchema = z
  .strictObject({
    model: preferenceShape.model.nullable(),
    size: preferenceShape.size.nullable(),
    negativePrompt: preferenceShape.negativePrompt.nullable(),
    pingWhenDone: preferenceShape.pingWhenDone.nullable(),
  })
  .partial()
  .meta({ id: 'PreferencesPatch' });
export type PreferencesPatch = z.output<typeof preferencesPatchSchema>;

export const balanceSchema = z
  .object({
    available: creditsSchema.meta({ description: 'Credits that can be spent' }),
    held: creditsSchema.meta({ description: 'Credits reserved by unfinished tasks' }),
  })
  .meta({ id: 'Balance' });
export type BalanceView = z.output<typeof balanceSchema>;

/** A person's own. */
export const ownBalanceSchema = balanceSchema
  .extend({
    giftable: creditsSchema.meta({
      description: 'Credits that can be given away; free ones only after some days',
    }),
    nextGiftable: z
      .object({ amount: creditsSchema, at: timeSchema })
      .optional()
      .meta({ description: 'The next that can be, if they are not spent before' }),
  })
  .meta({ id: 'OwnBalance' });
export type OwnBalanceView = z.output<typeof ownBalanceSchema>;

export const transferSchema = z
  .object({
    id: idSchema,
    kind: z.enum(['grant', 'gift', 'hold', 'capture', 'partial-capture', 'release', 'merge']),
    amount: creditsSchema.meta({ description: 'Change of what can be spent, signed' }),
    taskId: idSchema.optional(),
    reason: z.string(),
    createdAt: timeSchema,
  })
  .meta({ id: 'Transfer' });
export type TransferView = z.output<typeof transferSchema>;
export const transferListSchema = pageOf(transferSchema);

export const giftSchema = z.strictObject({
  to: z.string().min(1).max(64).meta({ description: 'User name, or discord:<snowflake>' }),
  amount: z.int().min(1).max(1_000_000_000),
  reason: z.string().max(200).default(''),
  key: z
    .string()
    .regex(/^[\x21-\x7e]{1,64}$/, { error: printableFault })
    .meta({ description: 'The same key moves credits once' }),
});

export const apiKeySchema = z
  .object({
    id: z.string(),
    kind: z.enum(['user', 'service']),
    name: z.string(),
    createdAt: timeSchema,
    usedAt: timeSchema.optional(),
  })
  .meta({ id: 'ApiKey' });
export type ApiKeyView = z.output<typeof apiKeySchema>;
export const apiKeyListSchema = pageOf(apiKeySchema);

export const newApiKeySchema = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1, { error: 'Give the key a name.' })
    .max(64, { error: 'Use at most 64 characters.' }),
});

/** The only answer that ever shows the key. */
export const createdApiKeySchema = apiKeySchema.extend({ key: z.string() }).meta({ id: 'CreatedApiKey' });
export type CreatedApiKeyView = z.output<typeof createdApiKeySchema>;

export const apiKeyParamsSchema = z.strictObject({ id: z.string().regex(/^[a-z0-9]{8}$/) });

export const linkCodeSchema = z.object({ code: z.string(), expiresAt: timeSchema }).meta({ id: 'LinkCode' });
export type LinkCodeView = z.output<typeof linkCodeSchema>;
