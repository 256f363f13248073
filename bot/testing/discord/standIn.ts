import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createGateway, type Gateway } from './gateway.ts';
import { presentMessage } from './messages.ts';
import {
  createInteraction,
  type Person,
  presentAttachment,
  presentChannel,
  presentGuild,
  presentPerson,
} from './payloads.ts';
import { createRestServer } from './restServer.ts';
import {
  type DiscordState,
  newSnowflake,
  type StoredChannel,
  type StoredInteraction,
  type StoredMessage,
} from './state.ts';

/** A picture somebody attaches; `url` overrides where it is said to be. */
export interface AttachedFile {
  filename: string;
  contentType: string;
  bytes: Buffer;
  url?: string;
  /** What the payload says of its size. */
  claimedBytes?: number;
}
type OptionValue = string | number | boolean | { userId: string } | AttachedFile;

/** Something a person did, and what the bot made of it. */
export interface Act {
  interaction: StoredInteraction;
  /** The message as it stands; throws while there is none. */
  message(): StoredMessage;
}

export interface SlashOptions {
  attachmentSizeLimit?: number;
  acceptedBytes?: number;
  /** Sends what Discord's client would have refused, as a forged request. */
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
  autocomplete(person: Person, channel: StoredChannel, words: string, focused: string, typed: string): Act;
  click(person: Person, channel: StoredChannel, message: StoredMessage, customId: string): Act;
  submit(
    person: Person,
    channel: StoredChannel,
    customId: string,
    values: Record<string, string>,
    message?: StoredMessage,
  ): Act;
  messageMenu(person: Person, channel: StoredChannel, name: string, message: Record<string, unknown>): Act;
  userMenu(person: Person, channel: StoredChannel, name: string, target: Person): Act;
  presentMessage(message: StoredMessage): Record<string, unknown>;
  /** Throws the bot out of its server. */
  removeBot(): void;
  storeFile(file: AttachedFile): Record<string, unknown>;
}

const type = { command: 2, component: 3, autocomplete: 4, modal: 5 };

/** Discord on loopback: REST, gateway and files, with the documented rules and faults on order. */
export async function startDiscordStandIn(deps: { nowMs: () => number }): Promise<DiscordStandIn> {
  const guildId = newSnowflake();
  const state: DiscordState = {
    nowMs: deps.nowMs,
    applicationId: newSnowflake(),
    token: `${Buffer.from('1').toString('base64')}.stand-in.token`,
    channels: new Map(),
    messages: new Map(),
    interactions: new Map(),
    files: new Map(),
    commands: [],
    commandWrites: 0,
    faults: [],
    requests: [],
    missed: [],
    baseUrl: '',
    isBotRemoved: false,
  };
  const server = createRestServer(state);
  const guildChannels = () => [...state.channels.values()].filter((one) => one.guildId === guildId);
  const gateway = createGateway(server, state, () => [
    { id: guildId, data: presentGuild(guildId, guildChannels()) },
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
    async [Symbol.asyncDispose]() {
      gateway.close();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

type Acts = Pick<
  DiscordStandIn,
  'slash' | 'autocomplete' | 'click' | 'submit' | 'messageMenu' | 'userMenu' | 'storeFile'
>;

function createActs(state: DiscordState, gateway: Gateway): Acts {
  const storeFile = ({ url, ...file }: AttachedFile) => {
    const stored = { id: newSnowflake(), ...file };
    state.files.set(stored.id, stored);
    return presentAttachment(state, stored, url);
  };
  const act = (order: Parameters<typeof createInteraction>[1]): Act => {
    const { interaction, payload } = createInteraction(state, order);
    gateway.dispatch('INTERACTION_CREATE', payload);
    return {
      interaction,
      message() {
        const message = state.messages.get(interaction.originalMessageId ?? '');
        if (!message) throw new Error('there is no message yet');
        return message;
      },
    };
  };
  return {
    storeFile,
    slash(person, channel, words, options = {}, more = {}) {
      const { isForged = false, ...limits } = more;
      const data = describeCommand(state, words, options, storeFile, { isForged });
      return act({ person, channel, type: type.command, data, ...limits });
    },
    autocomplete(person, channel, words, focused, typed) {
      const data = describeCommand(state, words, { [focused]: typed }, storeFile, { focused });
      return act({ person, channel, type: type.autocomplete, data });
    },
    click(person, channel, message, customId) {
      const data = { custom_id: customId, component_type: 2 };
      return act({ person, channel, type: type.component, data, message: presentMessage(state, message) });
    },
    submit(person, channel, customId, values, message) {
      const components = Object.entries(values).map(([custom_id, value], index) => ({
        type: 18,
        id: index + 1,
        component: { type: 4, id: index + 100, custom_id, value },
      }));
      const data = { custom_id: customId, components };
      const shown = message && { message: presentMessage(state, message) };
      return act({ person, channel, type: type.modal, data, ...shown });
    },
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

interface LooseOption {
  name: string;
  type: number;
  required?: boolean;
  options?: LooseOption[];
  choices?: { value: unknown }[];
  min_value?: number;
  max_value?: number;
  max_length?: number;
}

/** As Discord's client would send it: only what is registered, and within its limits. */
function describeCommand(
  state: DiscordState,
  words: string,
  values: Record<string, OptionValue>,
  storeFile: (file: AttachedFile) => Record<string, unknown>,
  { focused, isForged = false }: { focused?: string; isForged?: boolean },
): Record<string, unknown> {
  const [name, subcommand] = words.split(' ');
  const command = state.commands.find((one) => one.name === name) as LooseOption | undefined;
  if (!command) throw new Error(`no command /${name} is registered`);
  const owner = subcommand === undefined ? command : command.options?.find((one) => one.name === subcommand);
  if (!owner) throw new Error(`no command /${words} is registered`);
  const resolved = { users: {} as Record<string, unknown>, attachments: {} as Record<string, unknown> };
  const options = Object.entries(values).map(([option, value]) => {
    const known = owner.options?.find((one) => one.name === option);
    if (!known) throw new Error(`/${words} has no option ${option}`);
    if (!focused && !isForged) checkOption(known, value);
    let sent: unknown = value;
    if (typeof value === 'object' && 'userId' in value) {
      sent = value.userId;
      resolved.users[value.userId] = presentPerson({ id: value.userId, locale: 'en-US' });
    } else if (typeof value === 'object') {
      const attachment = storeFile(value);
      sent = attachment.id;
      resolved.attachments[String(attachment.id)] = attachment;
    }
    return { name: option, type: known.type, value: sent, ...(option === focused && { focused: true }) };
  });
  const missing = focused ? undefined : owner.options?.find((one) => one.required && !(one.name in values));
  if (missing) throw new Error(`/${words} needs ${missing.name}`);
  const nested = subcommand === undefined ? options : [{ name: subcommand, type: 1, options }];
  return { id: '1', name, type: 1, options: nested, resolved };
}

function checkOption(option: LooseOption, value: OptionValue): void {
  const isNumber = typeof value === 'number';
  if (isNumber && (value < (option.min_value ?? -Infinity) || value > (option.max_value ?? Infinity)))
    throw new Error(`${option.name} is out of its range`);
  if (typeof value === 'string' && value.length > (option.max_length ?? 6_000))
    throw new Error(`${option.name} is too long`);
  if (option.choices && !option.choices.some((choice) => choice.value === value))
    throw new Error(`${option.name} is none of its choices`);
}
