import { z } from 'zod';

/** A UUIDv7, lower case. In a path anything else answers 404 like an id that does not exist. */
export const idSchema = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/, {
    error: 'Give an id.',
  })
  .meta({ format: 'uuid', examples: ['01900000-0000-7000-8000-000000000000'] });

/** ISO 8601 in UTC with milliseconds, as the server writes it. */
export const timeSchema = z.iso.datetime().meta({ examples: ['2026-11-24T12:00:00.000Z'] });

/** The range of a time column: a time zone can move the years 0000 and 9999 out of it. */
const isStorable = (text: string): boolean => {
  const year = new Date(text).getUTCFullYear();
  return year >= 1_000 && year <= 9_999;
};

/** A client's time: any ISO 8601 time with a zone. */
export const instantSchema = z.iso
  .datetime({ offset: true, error: 'Give a time as 2026-11-24T12:00:00Z.' })
  .refine(isStorable, { error: 'Give a time between the years 1000 and 9999.' })
  .meta({ examples: ['2026-11-24T12:00:00Z'] });

export const creditsSchema = z.int();

export const workflowNameSchema = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, {
  error: 'Give the name of a workflow: small letters, digits and hyphens.',
});

/** The error for an invalid idempotency key. */
export const printableFault = 'Use 1 to 64 printable ASCII characters without spaces.';

export const localeSchema = z.enum(['en', 'zh-CN']);

export const localizedTextSchema = z.object({ en: z.string(), 'zh-CN': z.string() });

export const idParamsSchema = z.strictObject({ id: idSchema });

/** Somebody, as the others here know them. */
export const namedPersonSchema = z.object({
  id: idSchema,
  name: z.string().optional().meta({ description: 'Absent: they have no name of their own' }),
});
export type NamedPersonView = z.output<typeof namedPersonSchema>;

/** Discord's name of a running Activity. It becomes a part of an address, so it is no way up. */
export const roomIdSchema = z
  .string()
  .regex(/^(?!\.+$)[\w.:~-]{1,256}$/, { error: 'Give the id of an Activity.' });
