import type { Clock } from '@star-graph/core/ground/runtime/clock';
import { type APIEmbed, embedLength, type REST, Routes } from 'discord.js';
import type { Logger } from 'pino';
import { type LogEntry, presentLogEntry } from '../replies/logEmbed.ts';
import { messagesOf } from '../replies/texts/locale.ts';
import { discordCodes, hasCode } from '../tracking/discordFailures.ts';
import type { PolicyCache } from './policies.ts';

/** Tells a server's moderators about its members' requests. */
export interface ModerationLog {
  /** Never waits and never throws: no answer depends on it. */
  record(guildId: string | null, entry: LogEntry): void;
  /** Posts the waiting entries. */
  stop(): Promise<void>;
}

export interface ModerationLogDeps {
  clock: Clock;
  log: Logger;
  rest: Pick<REST, 'post'>;
  policies: Pick<PolicyCache, 'require'>;
  /** The settings of one server never reach channels of another. */
  hasChannel(guildId: string, channelId: string): boolean;
}

/** For one server, and for all together; further entries are only counted. */
const waitingAtMost = 100;
const waitingInAllAtMost = 2_000;
/** Discord's bounds of one message. */
const embedsAtMost = 10;
const charactersAtMost = 6_000;
/** A missing or closed channel is not tried again at once: Discord bans clients with too many refused requests. */
const closedMs = 10 * 60_000;
const closedCodes = [
  discordCodes.unknownChannel,
  discordCodes.unknownGuild,
  discordCodes.missingAccess,
  discordCodes.missingPermissions,
];

interface GuildLog {
  waiting: LogEntry[];
  leftOut: number;
}

export function createModerationLog(deps: ModerationLogDeps): ModerationLog {
  const guilds = new Map<string, GuildLog>();
  const workers = new Set<Promise<void>>();
  const closedUntilMs = new Map<string, number>();
  let waitingInAll = 0;

  async function work(guildId: string, guild: GuildLog): Promise<void> {
    try {
      while (guild.waiting.length > 0 || guild.leftOut > 0) await postSome(guildId, guild);
    } finally {
      waitingInAll -= guild.waiting.length;
      guilds.delete(guildId);
    }
  }

  async function postSome(guildId: string, guild: GuildLog): Promise<void> {
    const { logChannelId, locale = 'en' } = await deps.policies.require(guildId);
    const say = messagesOf(locale);
    const embeds = takeFitting(guild, (entry) => presentLogEntry(say, entry));
    waitingInAll -= embeds.length;
    const { leftOut } = guild;
    guild.leftOut = 0;
    if (logChannelId === undefined || !deps.hasChannel(guildId, logChannelId)) return;
    if (deps.clock.monotonicMs() < (closedUntilMs.get(logChannelId) ?? 0)) return;
    closedUntilMs.delete(logChannelId);
    const body = {
      ...(leftOut > 0 ? { content: say.log.leftOut(leftOut) } : {}),
      embeds,
      allowed_mentions: { parse: [] },
    };
    try {
      await deps.rest.post(Routes.channelMessages(logChannelId), { body });
    } catch (err) {
      if (hasCode(err, closedCodes)) closedUntilMs.set(logChannelId, deps.clock.monotonicMs() + closedMs);
      deps.log.warn({ err, guildId, entries: embeds.length }, 'moderators were not told');
    }
  }

  return {
    record(guildId, entry) {
      if (guildId === null) return;
      const known = guilds.get(guildId);
      const guild = known ?? { waiting: [], leftOut: 0 };
      if (guild.waiting.length >= waitingAtMost || waitingInAll >= waitingInAllAtMost) {
        guild.leftOut += 1;
      } else {
        guild.waiting.push(entry);
        waitingInAll += 1;
      }
      if (known) return;
      guilds.set(guildId, guild);
      const done: Promise<void> = work(guildId, guild)
        .catch((err: unknown) => deps.log.warn({ err, guildId }, 'moderators were not told'))
        .finally(() => workers.delete(done));
      workers.add(done);
    },
    async stop() {
      await Promise.all(workers);
    },
  };
}

/** Takes as many waiting entries as fit into one message, at least one. */
function takeFitting({ waiting }: GuildLog, present: (entry: LogEntry) => APIEmbed): APIEmbed[] {
  const embeds: APIEmbed[] = [];
  let characters = 0;
  while (embeds.length < embedsAtMost) {
    const [next] = waiting;
    if (!next) break;
    const embed = present(next);
    characters += embedLength(embed);
    if (embeds.length > 0 && characters > charactersAtMost) break;
    embeds.push(embed);
    waiting.shift();
  }
  return embeds;
}
