import {
  type DiscordState,
  newSnowflake,
  type StoredAttachment,
  type StoredChannel,
  type StoredInteraction,
} from './state.ts';

/** Somebody who uses Discord. */
export interface Person {
  id: string;
  locale: string;
  /** Discord's permission bits as a decimal; default: an ordinary member's. */
  permissions?: string;
  roles?: string[];
  isBot?: boolean;
}

const memberPermissions = '2147483648';
/** Permission bits of a channel. */
export const bits = { view: 1n << 10n, send: 1n << 11n, embed: 1n << 14n, attach: 1n << 15n };
const everyonePermissions = String(
  Object.values(bits).reduce((all, bit) => all | bit, BigInt(memberPermissions)),
);
/** The role of members who may time others out. */
export const moderatorRoleId = '987654321098765400';
const moderatorPermissions = '1099511627776';

export const presentPerson = ({ id, isBot = false }: Person): Record<string, unknown> => ({
  id,
  username: `person${id.slice(-4)}`,
  discriminator: '0',
  global_name: null,
  avatar: null,
  bot: isBot,
});

/** A channel of the server, or of direct messages. */
export const presentChannel = ({ id, guildId, nsfw, denied }: StoredChannel): Record<string, unknown> =>
  guildId === undefined
    ? { id, type: 1 }
    : {
        id,
        type: 0,
        guild_id: guildId,
        name: 'art',
        nsfw,
        position: 0,
        permission_overwrites:
          denied === undefined ? [] : [{ id: guildId, type: 0, allow: '0', deny: String(denied) }],
      };

export const presentGuild = (
  id: string,
  channels: StoredChannel[],
  bot: Record<string, unknown>,
): Record<string, unknown> => ({
  id,
  name: 'A community',
  owner_id: '1',
  unavailable: false,
  channels: channels.map(presentChannel),
  roles: [
    { id, name: '@everyone', permissions: everyonePermissions, position: 0, color: 0, flags: 0 },
    {
      id: moderatorRoleId,
      name: 'moderators',
      permissions: moderatorPermissions,
      position: 1,
      color: 0,
      flags: 0,
    },
  ],
  emojis: [],
  stickers: [],
  // Without the intent for members, Discord lists only the bot.
  members: [{ user: bot, ...presentMember([]) }],
  threads: [],
  presences: [],
  voice_states: [],
  features: [],
  preferred_locale: 'en-US',
  member_count: 2,
  joined_at: new Date(0).toISOString(),
});

/** A chosen member, as Discord resolves it. */
export const presentMember = (roles: readonly string[]): Record<string, unknown> => ({
  roles,
  permissions: roles.includes(moderatorRoleId) ? moderatorPermissions : memberPermissions,
  joined_at: new Date(0).toISOString(),
  flags: 0,
});

interface InteractionOrder {
  person: Person;
  channel: StoredChannel;
  type: number;
  data: Record<string, unknown>;
  message?: Record<string, unknown>;
  attachmentSizeLimit?: number;
  /** The real limit; default: the stated one. */
  acceptedBytes?: number;
}

/** Registers the interaction and returns the payload of INTERACTION_CREATE. */
export function createInteraction(state: DiscordState, order: InteractionOrder) {
  const { person, channel } = order;
  const attachmentSizeLimit = order.attachmentSizeLimit ?? 10 * 1_048_576;
  const id = newSnowflake();
  const token = Buffer.from(`interaction:${id}:${'x'.repeat(120)}`).toString('base64url');
  const interaction: StoredInteraction = {
    id,
    token,
    personId: person.id,
    channelId: channel.id,
    createdAtMs: state.nowMs(),
    stalledBeforeMs: state.stalledMs(),
    ephemeral: false,
    userInstalledOnly: isUserInstalledOnly(channel),
    followUps: 0,
    // A button's token reaches its message too.
    messageIds: new Set(order.message ? [String(order.message.id)] : []),
    attachmentSizeLimit: order.acceptedBytes ?? attachmentSizeLimit,
    ...(order.message && { sourceMessageId: String(order.message.id) }),
  };
  state.interactions.set(token, interaction);
  const user = presentPerson(person);
  const payload = {
    id,
    token,
    application_id: state.applicationId,
    version: 1,
    type: order.type,
    data: order.data,
    channel_id: channel.id,
    channel: presentChannel(channel),
    locale: person.locale,
    entitlements: [],
    app_permissions: channel.reachable ? '277025508352' : '0',
    authorizing_integration_owners: isUserInstalledOnly(channel)
      ? { 1: person.id }
      : { 0: channel.guildId ?? '0' },
    context: channel.guildId ? 0 : 1,
    attachment_size_limit: attachmentSizeLimit,
    ...(order.message && { message: order.message }),
    ...(channel.guildId
      ? {
          guild_id: channel.guildId,
          guild: { id: channel.guildId, locale: 'en-US', features: [] },
          guild_locale: 'en-US',
          member: {
            user,
            roles: person.roles ?? [],
            permissions: person.permissions ?? memberPermissions,
            joined_at: new Date(0).toISOString(),
            deaf: false,
            mute: false,
            flags: 0,
          },
        }
      : { user }),
  };
  return { interaction, payload };
}

const isUserInstalledOnly = (channel: StoredChannel): boolean =>
  !channel.reachable && channel.lacksPermission !== true;

export const presentAttachment = (
  state: DiscordState,
  file: StoredAttachment,
  url?: string,
): Record<string, unknown> => ({
  id: file.id,
  filename: file.filename,
  size: file.claimedBytes ?? file.bytes.length,
  content_type: file.contentType,
  url: url ?? `${state.baseUrl}/cdn/${file.id}/${file.filename}`,
  proxy_url: `${state.baseUrl}/cdn/${file.id}/${file.filename}`,
});
