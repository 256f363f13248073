import { presentMember, presentPerson } from './payloads.ts';
import type { DiscordState } from './state.ts';

/** An attached picture; `url` overrides its stated address. */
export interface AttachedFile {
  filename: string;
  contentType: string;
  bytes: Buffer;
  url?: string;
  /** The size in the payload. */
  claimedBytes?: number;
  /** The connection ends after this many bytes. */
  sentBytes?: number;
}
export type OptionValue =
  | string
  | number
  | boolean
  | { userId: string; isBot?: boolean; roles?: readonly string[] }
  | { channelId: string }
  | { roleId: string }
  | AttachedFile;

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
export function describeCommand(
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
  const resolved: Record<
    'users' | 'members' | 'attachments' | 'channels' | 'roles',
    Record<string, unknown>
  > = {
    users: {},
    members: {},
    attachments: {},
    channels: {},
    roles: {},
  };
  const options = Object.entries(values).map(([option, value]) => {
    const known = owner.options?.find((one) => one.name === option);
    if (!known) throw new Error(`/${words} has no option ${option}`);
    if (!focused && !isForged) checkOption(known, value);
    let sent: unknown = value;
    if (typeof value === 'object' && 'userId' in value) {
      sent = value.userId;
      resolved.users[value.userId] = {
        ...presentPerson({ id: value.userId, locale: 'en-US' }),
        bot: value.isBot ?? false,
      };
      resolved.members[value.userId] = presentMember(value.roles ?? []);
    } else if (typeof value === 'object' && 'channelId' in value) {
      sent = value.channelId;
      resolved.channels[value.channelId] = { id: value.channelId, type: 0, name: 'art', permissions: '0' };
    } else if (typeof value === 'object' && 'roleId' in value) {
      sent = value.roleId;
      resolved.roles[value.roleId] = { id: value.roleId, name: 'artists', permissions: '0', position: 1 };
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
