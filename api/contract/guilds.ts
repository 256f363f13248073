import { z } from 'zod';

export const snowflakeSchema = z.string().regex(/^[0-9]{15,20}$/, { error: 'Give a Discord id.' });

export const guildParamsSchema = z.strictObject({ discordGuildId: snowflakeSchema });

const wordsSchema = z.array(z.string().trim().min(1).max(64)).max(500);
/** What holds in one place; the narrower place wins, value by value. */
const placeRules = {
  workflows: z.array(z.string().max(64)).max(100).optional(),
  models: z.array(z.string().max(255)).max(200).optional(),
  blockedWords: wordsSchema.optional().meta({ description: 'Never in a prompt; * stands for any letters' }),
  nsfwWords: wordsSchema.optional().meta({ description: 'In age-restricted channels only' }),
  private: z.boolean().optional().meta({ description: 'Results are shown to the person alone' }),
  spoiler: z.boolean().optional().meta({ description: 'Results are veiled' }),
  maxSteps: z.int().min(1).max(1_000).optional(),
  maxCount: z.int().min(1).max(100).optional(),
  maxMegapixels: z.number().min(0.1).max(100).optional(),
};
const placeSchema = z.strictObject(placeRules);
export type GuildPlaceRules = z.output<typeof placeSchema>;

/** What a Discord server's managers allow. Absent lists allow everything. */
export const guildPolicySchema = z
  .strictObject({
    enabled: z.boolean().default(true),
    channelIds: z.array(snowflakeSchema).max(500).optional(),
    roleIds: z.array(snowflakeSchema).max(250).optional(),
    dailyTasksPerMember: z.int().min(1).max(10_000).optional(),
    locale: z.enum(['en', 'zh-CN']).optional(),
    ...placeRules,
    channels: z.record(snowflakeSchema, placeSchema).optional().meta({ description: 'By channel id' }),
    roles: z.record(snowflakeSchema, placeSchema).optional().meta({ description: 'By role id' }),
  })
  .meta({ id: 'GuildPolicy' });
export type GuildPolicyView = z.output<typeof guildPolicySchema>;
