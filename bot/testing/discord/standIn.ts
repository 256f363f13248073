import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { ComponentType } from 'discord.js';
import { listParts } from '../../tracking/messageParts.ts';
import { type AttachedFile, describeCommand, type OptionValue } from './commandPayload.ts';
import { createGateway, type Gateway } from './gateway.ts';
import { presentBot, presentMessage } from './messages.ts';
import {
  createInteraction,
  type Person,
  presentAttachment,
  presentChannel,
  presentGuild,
  presentPerson,
} from './payloads.ts';
import { enterEndpoint, postInteraction } from './posts.ts';
import { createRestServer } from './restServer.ts';
import { createStallMeter } from './stallMeter.ts';
import {
  createKeys,
  type DiscordState,
  newSnowflake,
  type StoredChannel,
  type StoredInteraction,
  type StoredMessage,
} from './state.ts';

export type { AttachedFile };

/** A typed text, choices or files in a form. */
export type FieldValue = string | string[] | AttachedFile | AttachedFile[];

/** An act of a person, and the bot's answer. */
export interface Act {
  interaction: StoredInteraction;
  /** The message as it stands; throws while there is none. */
  message(): StoredMessage;
  /** Sends it once more to every process, as a gateway may. */
  redeliver(): void;
}

export interface SlashOptions {
  attachmentSizeLimit?: number;
  acceptedBytes?: number;
  /** Sends a request that Discord's client would refuse, as a forged one. */
  isForged?: boolean;
}

export interface DiscordStandIn extends AsyncDisposable {
  apiUrl: string;
  cdnHost: string;
  state: DiscordState;
  gateway: Gateway;
  guildId: string;
  addChannel(channel?: Partial<StoredChannel>): StoredChannel;
  slash(
    person: Person,
    channel: StoredChannel,
    words: string,
    options?: Record<string, OptionValue>,
    more?: SlashOptions,
  ): Act;
  autocomplete(
    person: Person,
    channel: StoredChannel,
    words: string,
    focused: string,
    typed: string,
    others?: Record<string, OptionValue>,
  ): Act;
  /** Throws for a custom_id that the message does not have, unless it is forged. */
  click(
    person: Person,
    channel: StoredChannel,
    message: StoredMessage,
    customId: string,
    more?: Pick<SlashOptions, 'isForged'>,
  ): Act;
  /** Chooses from the list below a message. @param value one that it offers; throws for others. */
  choose(person: Person, channel: StoredChannel, message: StoredMessage, value: string): Act;
  submit(
    person: Person,
    channel: StoredChannel,
    customId: string,
    values: Record<string, FieldValue>,
    message?: StoredMessage,
  ): Act;
  /** Opens the application from Discord's own list. */
  launch(person: Person, channel: StoredChannel): Act;
  messageMenu(person: Person, channel: StoredChannel, name: string, message: Record<string, unknown>): Act;
  userMenu(person: Person, channel: StoredChannel, name: string, target: Person): Act;
  presentMessage(message: StoredMessage): Record<string, unknown>;
  /** Throws the bot out of its server. */
  removeBot(): void;
  /** Posts interactions there from now on; undefined: they come by the gateway. Throws where Discord refuses it. */
  enterEndpoint(url: string | undefined): Promise<void>;
  storeFile(file: AttachedFile): Record<string, unknown>;
  /** A message that a person wrote. */
  post(person: Person, channel: StoredChannel, files: AttachedFile[]): StoredMessage;
}

const launchData = { id: '1', name: 'launch', type: 4 };
const type = { command: 2, component: 3, autocomplete: 4, modal: 5 };

interface StandInDeps {
  nowMs: () => number;
  /** Milliseconds so far in which a bot in a process of its own had work and got no turn. */
  botStalledMs?: () => number;
}

/** Discord on loopback: REST, gateway and files, with the documented rules and faults on order. */
export async function startDiscordStandIn(deps: StandInDeps): Promise<DiscordStandIn> {
  const guildId = newSnowflake();
  const stalls = createStallMeter(() => performance.now());
  const state: DiscordState = {
    nowMs: deps.nowMs,
    stalledMs: () => stalls.stalledMs() + (deps.botStalledMs?.() ?? 0),
    applicationId: newSnowflake(),
    token: `${Buffer.from('1').toString('base64')}.stand-in.token`,
    channels: new Map(),
    messages: new Map(),
    nonces: new Map(),
    interactions: new Map(),
    files: new Map(),
    commands: [],
    commandWrites: 0,
    faults: [],
    waits: [],
    requests: [],
    missed: [],
    baseUrl: '',
    isBotRemoved: false,
    shards: 1,
    hasActivities: false,
    launches: [],
    hasMessageContent: false,
    keys: createKeys(),
    endpoint: undefined,
    posts: [],
  };
  const server = createRestServer(state);
  const guildChannels = () => [...state.channels.values()].filter((one) => one.guildId === guildId);
  const gateway = createGateway(server, state, () => [
    { id: guildId, data: presentGuild(guildId, guildChannels(), presentBot(state)) },
  ]);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  state.baseUrl = `http://127.0.0.1:${port}`;
  return {
    apiUrl: `${state.baseUrl}/api`,
    cdnHost: `127.0.0.1:${port}`,
    state,
    gateway,
    guildId,
    addChannel(channel = {}) {
      const added = { id: newSnowflake(), guildId, nsfw: false, reachable: true, ...channel };
      state.channels.set(added.id, added);
      if (added.guildId === guildId && added.reachable)
        gateway.dispatch('CHANNEL_CREATE', presentChannel(added));
      return added;
    },
    ...createActs(state, gateway),
    presentMessage: (message) => presentMessage(state, message),
    removeBot() {
      state.isBotRemoved = true;
      gateway.dispatch('GUILD_DELETE', { id: guildId });
    },
    async enterEndpoint(url) {
      if (url === undefined) state.endpoint = undefined;
      else await enterEndpoint(state, url);
    },
    async [Symbol.asyncDispose]() {
      stalls.stop();
      gateway.close();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

type Acts = Pick<
  DiscordStandIn,
  | 'launch'
  | 'slash'
  | 'autocomplete'
  | 'click'
  | 'choose'
  | 'submit'
  | 'messageMenu'
  | 'userMenu'
  | 'storeFile'
  | 'post'
>;

function createActs(state: DiscordState, gateway: Gateway): Acts {
  const storeFile = ({ url, ...file }: AttachedFile) => {
    const stored = { id: newSnowflake(), ...file };
    state.files.set(stored.id, stored);
    return presentAttachment(state, stored, url);
  };
  const act = (order: InteractionOrder): Act => deliver(state, gateway, order);
  return {
    storeFile,
    slash(person, channel, words, options = {}, more = {}) {
      const { isForged = false, ...limits } = more;
      const data = describeCommand(state, words, options, storeFile, { isForged });
      return act({ person, channel, type: type.command, data, ...limits });
    },
    autocomplete(person, channel, words, focused, typed, others = {}) {
      const values = { ...others, [focused]: typed };
      const data = describeCommand(state, words, values, storeFile, { focused });
      return act({ person, channel, type: type.autocomplete, data });
    },
    click(person, channel, message, customId, { isForged = false } = {}) {
      if (!isForged && !listButtons(message).includes(customId))
        throw new Error(`${customId} is not on the message`);
      const data = { custom_id: customId, component_type: 2 };
      return act({ person, channel, type: type.component, data, message: presentMessage(state, message) });
    },
    choose(person, channel, message, value) {
      const list = findList(message);
      if (!list?.options.some((option) => option.value === value)) throw new Error(`${value} is not offered`);
      const data = { custom_id: list.custom_id, component_type: list.type, values: [value] };
      return act({ person, channel, type: type.component, data, message: presentMessage(state, message) });
    },
    submit(person, channel, customId, values, message) {
      const attachments: Record<string, unknown> = {};
      const components = Object.entries(values).map(([custom_id, value], index) => {
        const field = { id: index + 100, custom_id };
        if (typeof value === 'string')
          return { type: 18, id: index + 1, component: { ...field, type: 4, value } };
        if (isChoices(value))
          return { type: 18, id: index + 1, component: { ...field, type: 3, values: value } };
        const stored = [value].flat().map(storeFile);
        // Discord's map of them is in no order that means anything.
        for (const one of stored.toReversed()) attachments[String(one.id)] = one;
        return {
          type: 18,
          id: index + 1,
          component: { ...field, type: 19, values: stored.map(({ id }) => id) },
        };
      });
      const data = { custom_id: customId, components, resolved: { attachments } };
      const shown = message && { message: presentMessage(state, message) };
      return act({ person, channel, type: type.modal, data, ...shown });
    },
    post: (person, channel, files) => storePost(state, person, channel, files),
    launch: (person, channel) => act({ person, channel, type: type.command, data: launchData }),
    messageMenu(person, channel, name, message) {
      const data = {
        id: '1',
        name,
        type: 3,
        target_id: message.id,
        resolved: { messages: { [String(message.id)]: message } },
      };
      return act({ person, channel, type: type.command, data });
    },
    userMenu(person, channel, name, target) {
      const users = { [target.id]: presentPerson(target) };
      return act({
        person,
        channel,
        type: type.command,
        data: { id: '1', name, type: 2, target_id: target.id, resolved: { users } },
      });
    },
  };
}

type InteractionOrder = Parameters<typeof createInteraction>[1];

function deliver(state: DiscordState, gateway: Gateway, order: InteractionOrder): Act {
  const { interaction, payload } = createInteraction(state, order);
  const redeliver = () => {
    if (state.endpoint === undefined) gateway.dispatch('INTERACTION_CREATE', payload);
    else void postInteraction(state, payload);
  };
  redeliver();
  return {
    interaction,
    redeliver,
    message() {
      const message = state.messages.get(interaction.originalMessageId ?? '');
      if (!message) throw new Error('there is no message yet');
      return message;
    },
  };
}

const isChoices = (value: Exclude<FieldValue, string>): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

const listButtons = (message: StoredMessage): string[] =>
  listParts(message).flatMap((part) => ('custom_id' in part ? [part.custom_id] : []));

/** The list of choices below a message. */
const findList = ({ components }: StoredMessage) =>
  components
    .flatMap((row) => (row.type === ComponentType.ActionRow ? row.components : []))
    .find((part) => part.type === ComponentType.StringSelect);

function storePost(
  state: DiscordState,
  person: Person,
  channel: StoredChannel,
  files: AttachedFile[],
): StoredMessage {
  const attachments = files.map((file) => ({ id: newSnowflake(), ...file }));
  for (const attachment of attachments) state.files.set(attachment.id, attachment);
  const message: StoredMessage = {
    id: newSnowflake(),
    authorId: person.id,
    channelId: channel.id,
    content: '',
    embeds: [],
    components: [],
    attachments,
    ephemeral: false,
    loading: false,
    edits: 0,
  };
  state.messages.set(message.id, message);
  return message;
}
