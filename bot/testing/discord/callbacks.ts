import { checkModal } from './messageRules.ts';
import { createMessage, presentMessage, writeMessage } from './messages.ts';
import { bits } from './payloads.ts';
import type { RequestBody } from './requestBody.ts';
import {
  DiscordRefusal,
  type DiscordState,
  deferralLimitMs,
  type StoredChannel,
  type StoredInteraction,
  type StoredMessage,
  tokenLifeMs,
} from './state.ts';

const ephemeralFlag = 64;
const types = { reply: 4, deferReply: 5, deferUpdate: 6, update: 7, autocomplete: 8, modal: 9, launch: 12 };

/** The one callback of an interaction; each type changes the message as Discord documents. */
export function takeCallback(
  state: DiscordState,
  { id, token }: { id: string; token: string },
  body: RequestBody,
): Record<string, unknown> {
  const interaction = state.interactions.get(token);
  if (!interaction || interaction.id !== id) throw new DiscordRefusal(404, 10062, 'Unknown interaction');
  if (interaction.callback)
    throw new DiscordRefusal(400, 40060, 'Interaction has already been acknowledged.');
  const stalledMs = state.stalledMs() - interaction.stalledBeforeMs;
  if (state.nowMs() - interaction.createdAtMs - stalledMs > deferralLimitMs) {
    state.missed.push(id);
    throw new DiscordRefusal(404, 10062, 'Unknown interaction');
  }
  const type = Number(body.json.type);
  const data = (body.json.data ?? {}) as Record<string, unknown>;
  const content: RequestBody = { json: data, files: body.files };
  applyCallback(state, interaction, type, content);
  interaction.callback = { type, data, atMs: state.nowMs() };
  const message = state.messages.get(interaction.originalMessageId ?? '');
  return {
    interaction: { id, type: 2, ...(message && { response_message_id: message.id }) },
    ...(message && { resource: { type, message: presentMessage(state, message) } }),
  };
}

function applyCallback(
  state: DiscordState,
  interaction: StoredInteraction,
  type: number,
  content: RequestBody,
): void {
  const { channelId, personId: askedBy, attachmentSizeLimit: fileLimitBytes } = interaction;
  if (type === types.reply || type === types.deferReply) {
    const ephemeral = (Number(content.json.flags ?? 0) & ephemeralFlag) !== 0;
    const loading = type === types.deferReply;
    const message = createMessage(state, { channelId, ephemeral, fileLimitBytes, loading, askedBy }, content);
    interaction.originalMessageId = message.id;
    interaction.messageIds.add(message.id);
    interaction.ephemeral = ephemeral;
  } else if (type === types.update || type === types.deferUpdate) {
    const source = requireSource(state, interaction);
    interaction.originalMessageId = source.id;
    if (type === types.update) writeMessage(state, source, content, fileLimitBytes);
  } else if (type === types.modal) {
    checkModal(content.json);
  } else if (type === types.autocomplete) {
    const choices = content.json.choices as { name: string; value: unknown }[];
    const isTooLong = ({ name, value }: { name: string; value: unknown }) =>
      name.length < 1 || name.length > 100 || String(value).length > 100;
    if (choices.length > 25 || choices.some(isTooLong))
      throw new DiscordRefusal(400, 50035, 'Invalid Form Body: choices.');
  } else if (type === types.launch) {
    if (!state.hasActivities) throw new DiscordRefusal(400, 50234, 'Cannot launch the Activity here');
    state.launches.push({ personId: askedBy, channelId });
  } else {
    throw new DiscordRefusal(400, 50035, 'Invalid Form Body: type.');
  }
}

const requireSource = (state: DiscordState, interaction: StoredInteraction) => {
  const message = state.messages.get(interaction.sourceMessageId ?? '');
  if (!message) throw new DiscordRefusal(404, 10008, 'Unknown Message');
  return message;
};

/** Routes of an interaction's token: its message, follow-ups, deletion. */
export function handleWebhook(
  state: DiscordState,
  request: { method: string; token: string; messageId?: string },
  body: RequestBody,
): Record<string, unknown> | undefined {
  const interaction = state.interactions.get(request.token);
  if (!interaction || state.nowMs() - interaction.createdAtMs > tokenLifeMs)
    throw new DiscordRefusal(401, 50027, 'Invalid Webhook Token');
  if (state.isBotRemoved) throw new DiscordRefusal(404, 10015, 'Unknown Webhook');
  const { channelId, personId: askedBy, attachmentSizeLimit: fileLimitBytes } = interaction;
  if (!interaction.callback) throw new DiscordRefusal(404, 10015, 'Unknown Webhook');
  if (request.method === 'POST') {
    const original = state.messages.get(interaction.originalMessageId ?? '');
    // Documented: it edits the deferral, which keeps its own visibility; the flags do not matter.
    if (original?.loading) {
      writeMessage(state, original, body, fileLimitBytes);
      return presentMessage(state, original);
    }
    interaction.followUps += 1;
    if (interaction.userInstalledOnly && interaction.followUps > 5)
      throw new DiscordRefusal(400, 40094, 'Max follow-ups reached');
    const ephemeral = (Number(body.json.flags ?? 0) & ephemeralFlag) !== 0;
    const added = createMessage(state, { channelId, ephemeral, fileLimitBytes, askedBy }, body);
    interaction.messageIds.add(added.id);
    return presentMessage(state, added);
  }
  const id = request.messageId === '@original' ? interaction.originalMessageId : request.messageId;
  const message = state.messages.get(id ?? '');
  if (!message || !interaction.messageIds.has(message.id))
    throw new DiscordRefusal(404, 10008, 'Unknown Message');
  if (request.method === 'DELETE') {
    state.messages.delete(message.id);
    return undefined;
  }
  if (request.method === 'PATCH') {
    requireOpen(state.channels.get(channelId));
    writeMessage(state, message, body, fileLimitBytes);
  }
  return presentMessage(state, message);
}

const botFileLimitBytes = 10 * 1_048_576;

const lacks = ({ denied = 0n }: StoredChannel, bit: bigint): boolean => (denied & bit) !== 0n;

/** Discord says "the past few minutes". */
const nonceLifeMs = 180_000;

/** As documented: with enforce_nonce the message that was sent under the same nonce before is the answer. */
function postMessage(state: DiscordState, channel: StoredChannel, body: RequestBody): StoredMessage {
  const { nonce, enforce_nonce, embeds } = body.json as {
    nonce?: string;
    enforce_nonce?: boolean;
    embeds?: unknown[];
  };
  const isRefused =
    lacks(channel, bits.send) ||
    (body.files.length > 0 && lacks(channel, bits.attach)) ||
    ((embeds?.length ?? 0) > 0 && lacks(channel, bits.embed));
  if (isRefused) throw new DiscordRefusal(403, 50013, 'Missing Permissions');
  if (nonce !== undefined && nonce.length > 25)
    throw new DiscordRefusal(400, 50035, 'Invalid Form Body: nonce must be 25 or fewer in length.');
  const before = nonce === undefined ? undefined : state.nonces.get(nonce);
  if (enforce_nonce && before && Date.now() - before.atMs < nonceLifeMs) {
    const message = state.messages.get(before.messageId);
    if (message) return message;
  }
  const place = { channelId: channel.id, ephemeral: false, fileLimitBytes: botFileLimitBytes };
  const message = createMessage(state, place, body);
  if (nonce !== undefined) state.nonces.set(nonce, { messageId: message.id, atMs: Date.now() });
  return message;
}

function requireOpen(channel: StoredChannel | undefined): void {
  if (channel?.archived)
    throw new DiscordRefusal(400, 50083, 'Tried to perform an operation on an archived thread');
}

/** Opens a thread: whoever may write in it may. */
export function patchChannel(state: DiscordState, id: string, { json }: RequestBody): { id: string } {
  const channel = state.channels.get(id);
  if (!channel) throw new DiscordRefusal(404, 10003, 'Unknown Channel');
  if (!channel.reachable || lacks(channel, bits.send))
    throw new DiscordRefusal(403, 50013, 'Missing Permissions');
  if (typeof json.archived === 'boolean') channel.archived = json.archived;
  return { id };
}

/** Routes of the bot token: they see no ephemeral message, and no channel the bot is not in. */
export function handleChannelMessage(
  state: DiscordState,
  request: { method: string; channelId: string; messageId?: string; query: URLSearchParams },
  body: RequestBody,
): unknown {
  const channel = state.channels.get(request.channelId);
  if (!channel) throw new DiscordRefusal(404, 10003, 'Unknown Channel');
  if (state.isBotRemoved) throw new DiscordRefusal(403, 50001, 'Missing Access');
  if (!channel.reachable || lacks(channel, bits.view)) throw new DiscordRefusal(403, 50001, 'Missing Access');
  if (request.method === 'POST') return presentMessage(state, postMessage(state, channel, body));
  if (request.method === 'GET' && request.messageId === undefined)
    return listMessages(state, channel, request.query);
  const message = state.messages.get(request.messageId ?? '');
  if (!message || message.ephemeral || message.channelId !== channel.id)
    throw new DiscordRefusal(404, 10008, 'Unknown Message');
  if (request.method === 'DELETE') {
    state.messages.delete(message.id);
    return undefined;
  }
  if (request.method === 'PATCH') {
    requireOpen(channel);
    writeMessage(state, message, body, botFileLimitBytes);
  }
  const shown = presentMessage(state, message);
  // Documented: without the intent these are empty in messages of others, except in direct messages.
  const isOpen = state.hasMessageContent || channel.guildId === undefined || message.authorId === undefined;
  return isOpen ? shown : { ...shown, content: '', embeds: [], attachments: [], components: [] };
}

/** The oldest after that message, or the newest of all; newest first, as documented. */
function listMessages(state: DiscordState, channel: StoredChannel, query: URLSearchParams): unknown[] {
  const after = query.get('after');
  const limit = Number(query.get('limit') ?? 50);
  if (limit < 1 || limit > 100) throw new DiscordRefusal(400, 50035, 'Invalid Form Body: limit.');
  return [...state.messages.values()]
    .filter(
      ({ channelId, ephemeral, id }) =>
        channelId === channel.id && !ephemeral && BigInt(id) > BigInt(after ?? 0),
    )
    .slice(...(after === null ? [-limit] : [0, limit]))
    .toReversed()
    .map((message) => presentMessage(state, message));
}
