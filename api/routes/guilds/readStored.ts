import type { GuildPolicyView } from '../../contract/guilds/guildPolicy.ts';

/** Ours, checked when it was written: to check hundreds of patterns at each reading would take its time. */
export const readStored = (policy: object = {}): GuildPolicyView => ({ enabled: true, ...policy });
