import type { GuildPolicyView } from '../../contract/guilds/guildPolicy.ts';

/** Checked when written: checking hundreds of patterns at each read would be slow. */
export const readStored = (policy: object = {}): GuildPolicyView => ({ enabled: true, ...policy });
