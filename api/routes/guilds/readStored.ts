import type { GuildPolicyView } from '@star-graph/contract/guilds/guildPolicy';

/** Checked when written: checking hundreds of patterns at each read would be slow. */
export const readStored = (policy: object = {}): GuildPolicyView => ({ enabled: true, ...policy });
