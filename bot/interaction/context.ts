import type { ApiClient } from '@star-graph/client/client';
import type { GuildPolicyView } from '@star-graph/contract/guilds/guildPolicy';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import type { REST } from 'discord.js';
import type { Logger } from 'pino';
import type { ServiceAccess } from '../api/apiClients.ts';
import type { CatalogueCache } from '../api/catalogueCache.ts';
import type { StarCounts } from '../components/buttons/starCounts.ts';
import type { ModerationLog } from '../policy/moderationLog.ts';
import type { PolicyCache } from '../policy/policies.ts';
import type { Messages } from '../replies/texts/en.ts';
import type { Locale } from '../replies/texts/locale.ts';
import type { Gallery } from '../tracking/gallery.ts';
import type { Parties } from '../tracking/partyEnd.ts';
import type { Tracker } from '../tracking/tracker.ts';

/** The shared parts of the bot. */
export interface Bot extends ServiceAccess {
  clock: Clock;
  log: Logger;
  rest: REST;
  applicationId(): string;
  catalogue: CatalogueCache;
  policies: PolicyCache;
  moderationLog: ModerationLog;
  tracker: Tracker;
  gallery: Pick<Gallery, 'wake'>;
  parties: Parties;
  starCounts: StarCounts;
  /** Sends each request once, for calls that must not happen twice and have no nonce. */
  restOnce: REST;
  fetch: typeof fetch;
  /** Hosts from which attachments may be fetched, with an unusual port. */
  cdnHosts: readonly string[];
}

/** One interaction, as known before its own work begins. */
export interface Context {
  bot: Bot;
  /** When the interaction came, ms since 1970: its token counts from there. */
  arrivedAtMs: number;
  /** Snowflake of the person. */
  person: string;
  locale: Locale;
  say: Messages;
  client: ApiClient;
  /** Undefined: the API was slower than Discord waits. */
  knownPolicy: GuildPolicyView | undefined;
}
