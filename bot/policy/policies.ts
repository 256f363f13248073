import type { ApiClient } from '@star-graph/client/client';
import type { GuildPolicyChange, GuildPolicyView } from '@star-graph/contract/guilds/guildPolicy';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import type { Logger } from 'pino';
import { findInTime } from '../interaction/withTimeout.ts';

export interface PolicyCache {
  /** At most half a minute old. @throws ClientProblem, Unreachable. */
  require(guildId: string | null): Promise<GuildPolicyView>;
  /**
   * The policy that is known in time for an answer to Discord: the last one read, of any age, since the full check
   * comes later. Undefined when none was read yet and the API is slow.
   */
  findSoon(guildId: string | null): Promise<GuildPolicyView | undefined>;
  /** The present policy. @throws ClientProblem, Unreachable. */
  requireFresh(guildId: string): Promise<GuildPolicyView>;
  /** Changes some values, as the person of `client`. @throws ClientProblem, Unreachable. */
  change(client: ApiClient, guildId: string, change: GuildPolicyChange): Promise<GuildPolicyView>;
}

const freshMs = 30_000;
/** An interaction has three seconds in all; most of them belong to the network. */
const soonMs = 150;
const noPolicy: GuildPolicyView = { enabled: true };

export function createPolicyCache(deps: { clock: Clock; platform: ApiClient; log: Logger }): PolicyCache {
  const known = new Map<string, { untilMs: number; policy: Promise<GuildPolicyView> }>();
  const lastRead = new Map<string, GuildPolicyView>();

  function require(guildId: string | null): Promise<GuildPolicyView> {
    if (guildId === null) return Promise.resolve(noPolicy);
    const kept = known.get(guildId);
    if (kept && deps.clock.monotonicMs() < kept.untilMs) return kept.policy;
    const policy = deps.platform.getGuildPolicy({ params: { discordGuildId: guildId } });
    const entry = { untilMs: deps.clock.monotonicMs() + freshMs, policy };
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
        // The failure is logged where the policy is read.
        reading.catch(() => {});
        return Promise.resolve(last);
      }
      return findInTime(deps.clock, reading, soonMs).catch(() => undefined);
    },
    requireFresh(guildId) {
      known.delete(guildId);
      return require(guildId);
    },
    async change(client, guildId, change) {
      const saved = await client.patchGuildPolicy({ params: { discordGuildId: guildId }, body: change });
      known.delete(guildId);
      lastRead.set(guildId, saved);
      return saved;
    },
  };
}
