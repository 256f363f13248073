import { accountChangeNames } from '@star-graph/workflows/shared/accountChanges';
import { z } from 'zod';
import { idSchema, localeSchema, timeSchema } from '../fields.ts';
import { snowflakeSchema } from './guildPolicy.ts';

export const takeDiscordNoticesSchema = z.strictObject({
  done: z
    .array(idSchema)
    .max(100)
    .meta({ description: 'Those that were sent, or that Discord will never take' }),
});

/** A change to a person's account, for a direct message. */
const discordNoticeSchema = z
  .object({
    id: idSchema,
    discordUserId: snowflakeSchema,
    locale: localeSchema,
    change: z.enum(accountChangeNames),
    device: z.string().optional().meta({ description: 'What signed in' }),
    address: z.string().optional().meta({ description: 'Where it came from' }),
    at: timeSchema,
    url: z.string().meta({ description: 'Where the person looks after their account' }),
  })
  .meta({ id: 'DiscordNotice' });
export const discordNoticeListSchema = z.object({ items: z.array(discordNoticeSchema) });
export type DiscordNoticeView = z.output<typeof discordNoticeSchema>;
