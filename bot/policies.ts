import type { ApiClient } from '@star-graph/api/client/client';
import type { GuildPlaceRules, GuildPolicyView } from '@star-graph/api/contract/guilds';
import type { Logger } from 'pino';
import type { BotClock } from './clock.ts';

/** Where and as whom something is done. */
export interface Place {
  guildId: string | null;
  channelIds: readonly string[];
  roleIds: readonly string[];
  isAgeRestricted: boolean;
}

export interface PolicyCache {
  /** As of half a minute ago at most. @throws ClientProblem, Unreachable. */
  require(guildId: string | null): Promise<GuildPolicyView>;
  /**
   * What is known within the time it takes to answer Discord: what was read last, however old, since the whole check
   * comes later; undefined when nothing was read yet and the API is slow.
   */
  findSoon(guildId: string | null): Promise<GuildPolicyView | undefined>;
  replace(client: ApiClient, guildId: string, policy: GuildPolicyView): Promise<GuildPolicyView>;
}

const freshMs = 30_000;
/** An interaction has three seconds in all; most of them belong to the network. */
const soonMs = 150;
const noPolicy: GuildPolicyView = { enabled: true };

export function createPolicyCache(deps: { clock: BotClock; platform: ApiClient; log: Logger }): PolicyCache {
  const known = new Map<string, { untilMs: number; policy: Promise<GuildPolicyView> }>();
  const lastRead = new Map<string, GuildPolicyView>();

  function require(guildId: string | null): Promise<GuildPolicyView> {
    if (guildId === null) return Promise.resolve(noPolicy);
    const kept = known.get(guildId);
    if (kept && deps.clock.nowMs() < kept.untilMs) return kept.policy;
    const policy = deps.platform.getGuildPolicy({ params: { discordGuildId: guildId } });
    const entry = { untilMs: deps.clock.nowMs() + freshMs, policy };
    known.set(guildId, entry);
    policy.then(
      (read) => lastRead.set(guildId, read),
      (err: unknown) => {
        deps.log.debug({ err }, 'a policy could not be read');
        if (known.get(guildId) === entry) known.delete(guildId);
      },
    );
    return policy;
  }
  return {
    require,
    findSoon(guildId) {
      const reading = require(guildId);
      const last = lastRead.get(guildId ?? '');
      if (last) {
        // Its failure is logged where it is read.
        reading.catch(() => {});
        return Promise.resolve(last);
      }
      return new Promise((resolve) => {
        const cancel = deps.clock.after(soonMs, () => resolve(undefined));
        reading.then(resolve, () => resolve(undefined)).finally(cancel);
      });
    },
    async replace(client, guildId, policy) {
      const saved = await client.putGuildPolicy({ params: { discordGuildId: guildId }, body: policy });
      known.delete(guildId);
      lastRead.set(guildId, saved);
      return saved;
    },
  };
}

/** The rules at a place: the server's, over them the channel's, over them the roles'. */
export function resolveRules(policy: GuildPolicyView, place: Place): GuildPlaceRules {
  const { channels = {}, roles = {}, ...guild } = policy;
  const { workflows, models, blockedWords, nsfwWords, maxSteps, maxCount, maxMegapixels } = guild;
  const base = { workflows, models, blockedWords, nsfwWords, maxSteps, maxCount, maxMegapixels };
  const narrower = [
    ...place.channelIds.map((id) => channels[id]),
    ...place.roleIds.map((id) => roles[id]),
  ].filter((rules) => rules !== undefined);
  return Object.assign(
    withoutAbsent({ ...base, private: guild.private, spoiler: guild.spoiler }),
    ...narrower.map(withoutAbsent),
  ) as GuildPlaceRules;
}

const withoutAbsent = (rules: object): object =>
  Object.fromEntries(Object.entries(rules).filter(([, value]) => value !== undefined));

/** Whether a text holds one of the words, whatever their case; `*` stands for any letters. */
export function holdsWord(text: string, words: readonly string[] = []): boolean {
  const plain = text.normalize('NFKC').toLowerCase();
  return words.some((word) => {
    const parts = word.normalize('NFKC').toLowerCase().split('*').map(escapePattern);
    const pattern = parts.join('[\\p{L}\\p{N}]{0,40}');
    // Chinese has no spaces between words: there the text itself is looked for.
    const isSpaced = /^[\p{Script=Latin}\p{N}*' -]+$/u.test(word);
    return new RegExp(isSpaced ? `(?<![\\p{L}\\p{N}])${pattern}(?![\\p{L}\\p{N}])` : pattern, 'u').test(
      plain,
    );
  });
}

const escapePattern = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
