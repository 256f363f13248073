import type { GuildPolicyChange, GuildPolicyView } from '@star-graph/contract/guilds/guildPolicy';
import type { ChatInputCommandInteraction } from 'discord.js';
import type { Context } from '../../interaction/context.ts';
import { Refusal } from '../../replies/problems.ts';
import { parseSize } from '../options/options.ts';

type Options = ChatInputCommandInteraction['options'];
type SingleValue = NonNullable<GuildPolicyChange['set']>;
type RuleName = NonNullable<GuildPolicyChange['unset']>[number];

/** The change that a subcommand makes. @throws Refusal without a choice, or for choices that do not fit together. */
export function readChange(
  { say }: Pick<Context, 'say'>,
  options: Options,
  policy: GuildPolicyView,
  withdrawable: ReadonlyMap<string, string>,
): GuildPolicyChange {
  const place = placeOfChange(options);
  if (place.channelId !== undefined && place.roleId !== undefined && options.getSubcommand() !== 'places')
    throw new Refusal(say.policyOnePlace);
  switch (options.getSubcommand()) {
    case 'server':
      return requireSomething(say, readServer(options));
    case 'shared':
      return { ...readShared(options), ...placeOfShare(options) };
    case 'rules':
      return { ...requireSomething(say, readRules(options)), ...place };
    case 'defaults':
      return { ...requireSomething(say, readDefaults(say, options)), ...place };
    case 'commands':
      return { ...readCommands(say, options, rulesAt(policy, place), withdrawable), ...place };
    case 'models': {
      const list = (options.getString('list') ?? 'models') as 'models' | 'nsfwModels' | 'deniedModels';
      return { ...readList(say, options, list, options.getString('model'), policy, place), ...place };
    }
    case 'workflows':
      return {
        ...readList(say, options, 'workflows', options.getString('workflow'), policy, place),
        ...place,
      };
    case 'words':
      return { ...readWords(say, options), ...place };
    case 'places':
      return readPlaces(say, options, policy);
    default:
      return { unset: [...placeRuleNames, ...(isServer(place) ? serverRuleNames : [])], ...place };
  }
}

type ChangedPlace = Pick<GuildPolicyChange, 'channelId' | 'roleId'>;

const isServer = ({ channelId, roleId }: ChangedPlace): boolean =>
  channelId === undefined && roleId === undefined;

function placeOfChange(options: Options): ChangedPlace {
  const channelId = options.getChannel('channel')?.id;
  const roleId = options.getRole('role')?.id;
  return { ...(channelId === undefined ? {} : { channelId }), ...(roleId === undefined ? {} : { roleId }) };
}

/** Everybody has the role @everyone, so its value is the server's own. */
function placeOfShare(options: Options): ChangedPlace {
  return options.getRole('role')?.name === '@everyone' ? {} : placeOfChange(options);
}

const readShared = (options: Options): GuildPolicyChange =>
  toChange({ sharedCreditsPerDay: options.getInteger('daily', true) });

const placeRuleNames: RuleName[] = [
  'commands',
  'workflows',
  'models',
  'nsfwModels',
  'blockedWords',
  'nsfwWords',
  'blockedPatterns',
  'deniedCommands',
  'deniedModels',
  'private',
  'spoiler',
  'defaultModel',
  'defaultSize',
  'defaultNegativePrompt',
  'maxSteps',
  'maxCount',
  'maxMegapixels',
  'maxFrames',
  'maxSeconds',
  'pricePercent',
  // Of the server and of roles; a channel has none.
  'sharedCreditsPerDay',
];
const serverRuleNames: RuleName[] = [
  'channelIds',
  'roleIds',
  'deniedChannelIds',
  'dailyTasksPerMember',
  'locale',
  'announcementChannelId',
  'logChannelId',
  'galleryChannelId',
  'galleryStars',
  'exploreName',
];

const rulesAt = (policy: GuildPolicyView, { channelId, roleId }: ChangedPlace) => {
  if (channelId !== undefined) return policy.channels?.[channelId] ?? {};
  return roleId === undefined ? policy : (policy.roles?.[roleId] ?? {});
};

/** The given values, and the names of values given as 0, which removes a limit. */
function toChange(values: { [Name in keyof SingleValue]: SingleValue[Name] | null }): GuildPolicyChange {
  const given = Object.entries(values).filter(([, value]) => value !== null && value !== undefined);
  const lifted = given.filter(([, value]) => value === 0).map(([name]) => name as RuleName);
  const set = Object.fromEntries(given.filter(([, value]) => value !== 0)) as SingleValue;
  return {
    ...(Object.keys(set).length > 0 ? { set } : {}),
    ...(lifted.length > 0 ? { unset: lifted } : {}),
  };
}

function requireSomething(say: Context['say'], change: GuildPolicyChange): GuildPolicyChange {
  if (Object.keys(change).length === 0) throw new Refusal(say.policyNothing);
  return change;
}

function readServer(options: Options): GuildPolicyChange {
  const change = toChange({
    enabled: options.getBoolean('enabled'),
    locale: options.getString('language') as 'en' | 'zh-CN' | null,
    dailyTasksPerMember: options.getInteger('daily'),
    announcementChannelId: options.getChannel('announcements')?.id ?? null,
    logChannelId: options.getChannel('log')?.id ?? null,
    galleryChannelId: options.getChannel('gallery')?.id ?? null,
    galleryStars: options.getInteger('stars'),
    exploreName: options.getString('explore'),
  });
  const forgotten = options.getString('forget') as RuleName | null;
  return forgotten === null ? change : { ...change, unset: [...(change.unset ?? []), forgotten] };
}

const readRules = (options: Options): GuildPolicyChange =>
  toChange({
    private: options.getString('private') as 'always' | 'never' | 'choice' | null,
    spoiler: options.getBoolean('spoiler'),
    maxSteps: options.getInteger('steps'),
    maxCount: options.getInteger('count'),
    maxMegapixels: options.getNumber('megapixels'),
    maxFrames: options.getInteger('frames'),
    maxSeconds: options.getInteger('seconds'),
    pricePercent: options.getInteger('price'),
  });

function readDefaults(say: Context['say'], options: Options): GuildPolicyChange {
  const size = parseSize({ say }, options.getString('size'));
  const change = toChange({
    defaultModel: options.getString('model'),
    defaultSize: size ?? null,
    defaultNegativePrompt: options.getString('negative'),
  });
  const forgotten = options.getString('forget') as RuleName | null;
  return forgotten === null ? change : { ...change, unset: [forgotten] };
}

/** To withdraw one of all commands is to allow the others. */
function readCommands(
  say: Context['say'],
  options: Options,
  { commands }: { commands?: readonly string[] | undefined },
  withdrawable: ReadonlyMap<string, string>,
): GuildPolicyChange {
  const action = options.getString('action', true);
  if (action === 'unset') return { unset: ['commands', 'deniedCommands'] };
  const command = options.getString('command');
  if (command === null) throw new Refusal(say.policyNothing);
  if (action === 'add') return { add: { commands: [command] } };
  if (action === 'deny') return { add: { deniedCommands: [command] } };
  if (action === 'undeny') return { remove: { deniedCommands: [command] } };
  if (commands) return { remove: { commands: [command] } };
  return { set: { commands: [...withdrawable.keys()].filter((name) => name !== command) } };
}

function readList(
  say: Context['say'],
  options: Options,
  list: 'models' | 'nsfwModels' | 'deniedModels' | 'workflows',
  entry: string | null,
  policy: GuildPolicyView,
  place: ChangedPlace,
): GuildPolicyChange {
  const action = options.getString('action', true);
  if (action === 'unset') return { unset: [list] };
  if (entry === null) throw new Refusal(say.policyNothing);
  if (action === 'add') return { add: { [list]: [entry] } };
  const isAllowList = list === 'models' || list === 'workflows';
  if (isAllowList && !rulesAt(policy, place)[list]) throw new Refusal(say.policyAllowFirst);
  return { remove: { [list]: [entry] } };
}

function readWords(say: Context['say'], options: Options): GuildPolicyChange {
  const list = options.getString('list', true) as 'blockedWords' | 'nsfwWords' | 'blockedPatterns';
  const action = options.getString('action', true);
  if (action === 'unset') return { unset: [list] };
  const text = options.getString('text')?.trim() ?? '';
  if (text === '') throw new Refusal(say.policyNothing);
  return action === 'add' ? { add: { [list]: [text] } } : { remove: { [list]: [text] } };
}

/** Here channel and role are the allowed ones, not the place of a rule. */
function readPlaces(say: Context['say'], options: Options, policy: GuildPolicyView): GuildPolicyChange {
  const { channelId, roleId } = placeOfChange(options);
  const action = options.getString('action', true);
  if (action === 'unset') return { unset: ['channelIds', 'roleIds', 'deniedChannelIds'] };
  if (action === 'deny' || action === 'undeny') {
    if (channelId === undefined || roleId !== undefined) throw new Refusal(say.policyForbidChannel);
    const denied = { deniedChannelIds: [channelId] };
    return action === 'deny' ? { add: denied } : { remove: denied };
  }
  const lists = {
    ...(channelId === undefined ? {} : { channelIds: [channelId] }),
    ...(roleId === undefined ? {} : { roleIds: [roleId] }),
  };
  if (Object.keys(lists).length === 0) throw new Refusal(say.policyNothing);
  if (action === 'add') return { add: lists };
  const isAllOpen = (lists.channelIds && !policy.channelIds) || (lists.roleIds && !policy.roleIds);
  if (isAllOpen) throw new Refusal(say.policyAllowFirst);
  return { remove: lists };
}
