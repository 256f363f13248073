import { z } from 'zod';

export const snowflakeSchema = z.string().regex(/^[0-9]{15,20}$/, { error: 'Give a Discord id.' });

export const guildParamsSchema = z.strictObject({ discordGuildId: snowflakeSchema });

/** What a Discord server's managers allow. Absent lists allow everything. */
export const guildPolicySchema = z
  .strictObject({
    enabled: z.boolean().default(true),
    channelIds: z.array(snowflakeSchema).max(500).optional(),
    roleIds: z.array(snowflakeSchema).max(250).optional(),
    workflows: z.array(z.string().max(64)).max(100).optional(),
    dailyTasksPerMember: z.int().min(1).max(10_000).optional(),
    locale: z.enum(['en', 'zh-CN']).optional(),
  })
  .meta({ id: 'GuildPolicy' });
export type GuildPolicyView = z.output<typeof guildPolicySchema>;
