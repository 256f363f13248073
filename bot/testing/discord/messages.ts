import { type APIEmbed, type APIMessageTopLevelComponent, ButtonStyle, ComponentType } from 'discord.js';
import { listMedia } from '../../tracking/messageParts.ts';
import { checkMessage, type MessageBody, partsFlag } from './messageRules.ts';
import { presentPerson } from './payloads.ts';
import type { RequestBody } from './requestBody.ts';
import {
  DiscordRefusal,
  type DiscordState,
  newSnowflake,
  type StoredAttachment,
  type StoredMessage,
} from './state.ts';

const formLimitBytes = 25 * 1_048_576;

export function createMessage(
  state: DiscordState,
  place: {
    channelId: string;
    ephemeral: boolean;
    fileLimitBytes: number;
    loading?: boolean;
    askedBy?: string;
  },
  body: RequestBody,
): StoredMessage {
  const message: StoredMessage = {
    id: newSnowflake(),
    ...(place.askedBy !== undefined && { askedBy: place.askedBy }),
    channelId: place.channelId,
    content: '',
    embeds: [],
    components: [],
    attachments: [],
    ephemeral: place.ephemeral,
    loading: place.loading ?? false,
    edits: -1,
  };
  const { content = '', allowed_mentions, message_reference } = body.json as MessageBody;
  if (message_reference) message.answers = message_reference.message_id;
  const pinged = (allowed_mentions?.users ?? []).filter((id) => content?.includes(`<@${id}>`));
  if (pinged.length > 0) message.pinged = pinged;
  if (place.loading) message.edits = 0;
  else writeMessage(state, message, body, place.fileLimitBytes);
  state.messages.set(message.id, message);
  return message;
}

/** Applies a create or an edit. An edit keeps only the attachments it lists. */
export function writeMessage(
  state: DiscordState,
  message: StoredMessage,
  { json, files }: RequestBody,
  fileLimitBytes: number,
): void {
  const body = json as MessageBody;
  const isOfParts = message.isOfParts || ((body.flags ?? 0) & partsFlag) !== 0;
  checkMessage(isOfParts ? { ...body, flags: partsFlag } : body);
  if (files.length > 10) throw new DiscordRefusal(400, 50035, 'Invalid Form Body: at most 10 files.');
  if (files.some(({ bytes }) => bytes.length > fileLimitBytes))
    throw new DiscordRefusal(413, 40005, 'Request entity too large');
  if (files.reduce((sum, { bytes }) => sum + bytes.length, 0) > formLimitBytes)
    throw new DiscordRefusal(413, 40005, 'Request entity too large');
  if (body.attachments !== undefined || files.length > 0) {
    const listed = body.attachments ?? [];
    const kept = message.attachments.filter(({ id }) => listed.some((one) => String(one.id) === id));
    const added = files.map(({ index, filename, contentType, bytes }) => {
      if (!listed.some((one) => Number(one.id) === index))
        throw new DiscordRefusal(400, 50035, 'Invalid Form Body: a file is not listed in attachments.');
      const attachment = { id: newSnowflake(), filename, contentType, bytes };
      state.files.set(attachment.id, attachment);
      return attachment;
    });
    message.attachments = [...kept, ...added];
  }
  if (body.content !== undefined) message.content = body.content ?? '';
  if (body.embeds !== undefined) message.embeds = (body.embeds ?? []) as APIEmbed[];
  if (body.components !== undefined)
    message.components = (body.components ?? []) as unknown as APIMessageTopLevelComponent[];
  if (isOfParts) Object.assign(message, { isOfParts, content: '', embeds: [] });
  checkShown(message);
  message.loading = false;
  message.edits += 1;
}

function checkShown(message: StoredMessage): void {
  const { embeds, attachments } = message;
  const shown = [
    ...embeds.flatMap(({ image, thumbnail }) => [image?.url, thumbnail?.url]),
    ...listMedia(message).map(({ url }) => url),
  ];
  for (const url of shown) {
    const [, name] = /^attachment:\/\/(.+)$/.exec(url ?? '') ?? [];
    if (name !== undefined && !attachments.some(({ filename }) => filename === name))
      throw new DiscordRefusal(400, 50035, 'Invalid Form Body: a file is shown that is not attached.');
    if (name !== undefined && embeds.length > 0 && !/\.(jpe?g|png|webp|gif)$/.test(name))
      throw new DiscordRefusal(400, 50035, 'Invalid Form Body: an embed shows no such file.');
  }
}

const addressOf = (state: DiscordState, { id, filename }: StoredAttachment): string =>
  `${state.baseUrl}/cdn/${id}/${filename}`;

/** Parts tell the addresses of the files that they show, which are no attachments for Discord. */
function presentParts(state: DiscordState, { components, attachments, isOfParts }: StoredMessage) {
  if (!isOfParts) return { components, listed: attachments };
  const parts = JSON.parse(JSON.stringify(components), (key, value: unknown) => {
    const name = key === 'url' && typeof value === 'string' ? value.replace('attachment://', '') : undefined;
    const file = attachments.find(({ filename }) => filename === name);
    return file ? addressOf(state, file) : value;
  });
  return { components: parts, listed: [] };
}

/** As the API tells it. */
export function presentMessage(state: DiscordState, message: StoredMessage): Record<string, unknown> {
  const { components, listed } = presentParts(state, message);
  return {
    id: message.id,
    channel_id: message.channelId,
    type: 20,
    author:
      message.authorId === undefined
        ? presentBot(state)
        : presentPerson({ id: message.authorId, locale: '' }),
    application_id: state.applicationId,
    ...(message.askedBy !== undefined && {
      interaction_metadata: {
        id: message.id,
        type: 2,
        user: presentPerson({ id: message.askedBy, locale: '' }),
        authorizing_integration_owners: {},
      },
    }),
    ...(message.answers !== undefined && {
      message_reference: { message_id: message.answers, channel_id: message.channelId },
    }),
    content: message.content,
    embeds: message.embeds,
    components,
    attachments: listed.map((one) => ({
      id: one.id,
      filename: one.filename,
      content_type: one.contentType,
      size: one.bytes.length,
      url: addressOf(state, one),
      proxy_url: addressOf(state, one),
    })),
    ...(message.reactions && {
      reactions: Object.entries(message.reactions).map(([name, count]) => ({
        emoji: { id: null, name },
        count,
        me: false,
      })),
    }),
    mentions: [],
    mention_roles: [],
    mention_everyone: false,
    pinned: false,
    tts: false,
    flags: (message.ephemeral ? 64 : 0) | (message.loading ? 128 : 0) | (message.isOfParts ? partsFlag : 0),
    timestamp: new Date(state.nowMs()).toISOString(),
    edited_timestamp: null,
  };
}

export const presentBot = (state: DiscordState): Record<string, unknown> => ({
  id: state.applicationId,
  username: 'star-graph',
  discriminator: '0',
  global_name: null,
  avatar: null,
  bot: true,
});

/** A row of buttons as the bot might have made it. */
export const createButtonRow = (customIds: readonly string[]): APIMessageTopLevelComponent => ({
  type: ComponentType.ActionRow,
  components: customIds.map((custom_id) => ({
    type: ComponentType.Button,
    style: ButtonStyle.Secondary,
    label: 'Press',
    custom_id,
  })),
});
