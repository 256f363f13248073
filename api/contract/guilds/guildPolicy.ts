import { z } from 'zod';
import { patternsSchema, wordSchema } from '../safety/wordRules.ts';
import { defaultSizeSchema, defaultTextCharacters } from '../users/preferences.ts';

export const snowflakeSchema = z.string().regex(/^[0-9]{15,20}$/, { error: 'Give a Discord id.' });

export const guildParamsSchema = z.strictObject({ discordGuildId: snowflakeSchema });

const commandNameSchema = z.string().regex(/^[a-z0-9-]{1,32}$/, { error: 'Give the name of a command.' });

const workflowSchema = z.string().min(1).max(64);

const modelSchema = z.string().min(1).max(255);

/** Lists whose entries are added and removed singly, and the capacity of each. */
const lists = {
  commands: z.array(commandNameSchema).max(100),
  workflows: z.array(workflowSchema).max(100),
  models: z.array(modelSchema).max(200),
  nsfwModels: z.array(modelSchema).max(200),
  blockedWords: z.array(wordSchema).max(500),
  nsfwWords: z.array(wordSchema).max(500),
  blockedPatterns: patternsSchema,
  deniedCommands: z.array(commandNameSchema).max(100),
  deniedModels: z.array(modelSchema).max(200),
};

/** Lists of the whole server. */
const guildLists = {
  channelIds: z.array(snowflakeSchema).max(500),
  roleIds: z.array(snowflakeSchema).max(250),
  deniedChannelIds: z.array(snowflakeSchema).max(500),
};

/** The rules of one place; the narrower place wins, value by value. */
const placeRules = {
  commands: lists.commands.optional().meta({ description: 'Slash commands, and what does the same' }),
  workflows: lists.workflows.optional(),
  models: lists.models.optional(),
  nsfwModels: lists.nsfwModels.optional().meta({ description: 'In age-restricted channels only' }),
  blockedWords: lists.blockedWords
    .optional()
    .meta({ description: 'Never in a prompt; * stands for letters before or after' }),
  nsfwWords: lists.nsfwWords.optional().meta({ description: 'In age-restricted channels only' }),
  blockedPatterns: lists.blockedPatterns
    .optional()
    .meta({ description: "Never in a prompt; regular expressions in RE2's syntax, in either case" }),
  deniedCommands: lists.deniedCommands
    .optional()
    .meta({ description: 'Never allowed, whatever another list says; of all places that apply' }),
  deniedModels: lists.deniedModels
    .optional()
    .meta({ description: 'Never allowed, whatever another list says; of all places that apply' }),
  private: z
    .union([z.enum(['always', 'never', 'choice']), z.boolean()])
    .optional()
    .meta({ description: 'Results are shown only to whoever asked; true is always, false is choice' }),
  spoiler: z.boolean().optional().meta({ description: 'Results are marked as spoilers' }),
  defaultModel: modelSchema.optional().meta({ description: 'For who chose none' }),
  defaultSize: defaultSizeSchema.optional(),
  defaultNegativePrompt: z.string().trim().min(1).max(defaultTextCharacters).optional(),
  maxSteps: z.int().min(1).max(1_000).optional(),
  maxCount: z.int().min(1).max(100).optional(),
  maxMegapixels: z.number().min(0.1).max(100).optional(),
  maxFrames: z.int().min(2).max(10_000).optional().meta({ description: 'Of a film' }),
  maxSeconds: z.int().min(1).max(3_600).optional().meta({ description: 'Of a film' }),
  pricePercent: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .meta({ description: 'Of the usual price, rounded up; below 100 is for administrators to give' }),
};

const placeSchema = z.strictObject(placeRules);
export type GuildPlaceRules = z.output<typeof placeSchema>;

const sharedCreditsPerDaySchema = z.int().min(1).max(1_000_000).optional().meta({
  description:
    "Of the server's shared credits, for each member; of the server and of their roles the greatest counts; absent: none",
});

const roleSchema = placeSchema.extend({ sharedCreditsPerDay: sharedCreditsPerDaySchema });

const guildRules = {
  enabled: z.boolean().default(true),
  channelIds: guildLists.channelIds.optional(),
  roleIds: guildLists.roleIds.optional(),
  deniedChannelIds: guildLists.deniedChannelIds
    .optional()
    .meta({ description: 'Never allowed, whatever channelIds says' }),
  dailyTasksPerMember: z.int().min(1).max(10_000).optional(),
  sharedCreditsPerDay: sharedCreditsPerDaySchema,
  locale: z.enum(['en', 'zh-CN']).optional(),
  announcementChannelId: snowflakeSchema.optional().meta({ description: 'Where announcements are posted' }),
  logChannelId: snowflakeSchema
    .optional()
    .meta({ description: 'Where moderators read who asked for what, and what was refused' }),
  galleryChannelId: snowflakeSchema
    .optional()
    .meta({ description: 'Where results are posted that members gave enough stars to' }),
  galleryStars: z.int().min(1).max(25).optional().meta({ description: 'How many that takes; default 3' }),
  exploreName: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .optional()
    .meta({ description: 'Under which people find the gallery in Explore; absent: they do not' }),
  ...placeRules,
};

/** The most patterns that one server may have. */
export const patternsAtMost = 200;

const placesAtMost = 250;

const placesOf = <Place extends z.ZodType>(place: Place) =>
  z.record(snowflakeSchema, place).refine((places) => Object.keys(places).length <= placesAtMost, {
    error: `Give rules for at most ${placesAtMost} places.`,
  });

/** A person whom a server's moderators have blocked from generating there. */
const blockSchema = z.strictObject({
  until: z.iso.datetime().optional().meta({ description: 'Absent: until it is lifted' }),
  reason: z.string().trim().min(1).max(200),
  by: snowflakeSchema.optional().meta({ description: 'The moderator' }),
});
export type GuildBlock = z.output<typeof blockSchema>;

const blocksAtMost = 500;

const blocksSchema = z
  .record(snowflakeSchema, blockSchema)
  .refine((blocks) => Object.keys(blocks).length <= blocksAtMost, {
    error: `Block at most ${blocksAtMost} members. Lift some first.`,
  });

/** The rules of a Discord server's managers. Absent lists allow everything. */
export const guildPolicySchema = z
  .strictObject({
    ...guildRules,
    blocks: blocksSchema.optional().meta({ description: 'Blocked members, by Discord id' }),
    channels: placesOf(placeSchema).optional().meta({ description: 'By channel id' }),
    roles: placesOf(roleSchema).optional().meta({ description: 'By role id' }),
  })
  .meta({ id: 'GuildPolicy' });
export type GuildPolicyView = z.output<typeof guildPolicySchema>;

const someOf = <Shape extends Record<string, z.ZodType>>(shape: Shape) => z.strictObject(shape).partial();

const ruleNames = Object.keys(guildRules) as [keyof typeof guildRules, ...(keyof typeof guildRules)[]];

/** Some values of a policy, of the server or of one place in it; absent values stay unchanged. */
export const guildPolicyChangeSchema = z
  .strictObject({
    channelId: snowflakeSchema.optional().meta({ description: 'Changes the rules of this channel' }),
    roleId: snowflakeSchema.optional().meta({ description: 'Changes the rules of this role' }),
    set: someOf({ ...guildRules, enabled: z.boolean() }).optional(),
    unset: z.array(z.enum(ruleNames)).max(ruleNames.length).optional(),
    add: someOf({ ...lists, ...guildLists }).optional(),
    remove: z
      .partialRecord(z.enum([...keysOf(lists), ...keysOf(guildLists)]), z.array(z.string()))
      .optional(),
    block: blocksSchema.optional().meta({ description: 'Members to block, by Discord id' }),
    unblock: z.array(snowflakeSchema).max(blocksAtMost).optional(),
  })
  .refine(
    ({ channelId, roleId, block, unblock }) =>
      (channelId === undefined && roleId === undefined) || (block === undefined && unblock === undefined),
    { error: 'Members are blocked in the whole server. Leave channel and role out.', path: ['block'] },
  )
  .refine(({ channelId, roleId }) => channelId === undefined || roleId === undefined, {
    error: 'Change a channel or a role, not both.',
    path: ['roleId'],
  })
  .meta({ id: 'GuildPolicyChange' });
export type GuildPolicyChange = z.output<typeof guildPolicyChangeSchema>;

function keysOf<Shape extends object>(shape: Shape): (keyof Shape & string)[] {
  return Object.keys(shape) as (keyof Shape & string)[];
}
