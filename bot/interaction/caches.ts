import { type CacheFactory, type GuildMember, Options, type User } from 'discord.js';

/** The library would keep everybody who ever used a command, until the bot ends. An interaction brings its own person. */
const keptPeople = 1_000;
const keptMembers = 100;

const isOurselves = ({ id, client }: User | GuildMember): boolean => id === client.user?.id;

export const createCaches = (): CacheFactory =>
  Options.cacheWithLimits({
    ...Options.DefaultMakeCacheSettings,
    MessageManager: 0,
    UserManager: { maxSize: keptPeople, keepOverLimit: isOurselves },
    GuildMemberManager: { maxSize: keptMembers, keepOverLimit: isOurselves },
  });
