import { type Locale, locales } from '../../replies/texts/locale.ts';

/** What a button does. Its whole state is its custom_id and the task in the API. */
export const actions = [
  'cancel',
  'upscale',
  // From older messages, without a choice of the strength.
  'vary',
  'subtle',
  'strong',
  'reroll',
  'edit',
  'animate',
  'inpaint',
  'outpaint',
  'cutout',
  'delete',
  'publish',
  'fetch',
  'star',
  'again',
  'open',
  'draw',
] as const;
export type Action = (typeof actions)[number];

export interface ButtonId {
  action: Action;
  taskId: string;
  /** Which output, from 0. */
  index: number;
}

const version = 'sg1';
const pattern = new RegExp(
  `^${version}:(${actions.join('|')}):([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}):([0-9]{1,2})$`,
);

export const formatButtonId = ({ action, taskId, index }: ButtonId): string =>
  `${version}:${action}:${taskId}:${index}`;

/** Undefined for an unknown form: custom_ids come back from clients, which can forge them. */
export function parseButtonId(customId: string): ButtonId | undefined {
  const [, action, taskId, index] = pattern.exec(customId) ?? [];
  if (action === undefined || taskId === undefined) return undefined;
  return { action: action as Action, taskId, index: Number(index) };
}

/**
 * The list of actions for one of several pictures. A choice is the custom_id of the button that it stands for.
 * @param start which of the pictures is the first in the list, from 0: a message has no two components of one id
 */
export const formatChoiceId = (taskId: string, start: number): string => `${version}c:${taskId}:${start}`;

/** What to make a result again with: a choice from the list that the button `again` gives. */
export interface AgainId {
  taskId: string;
  /** Which output, from 0. */
  index: number;
  workflow: string;
  /** Whether only its owner will see the new result, as the old one. */
  isPrivate: boolean;
}

const againPattern = new RegExp(
  `^${version}w:([pe]):([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}):([0-9]{1,2}):([a-z0-9][a-z0-9-]{0,62})$`,
);

export const formatAgainId = ({ taskId, index, workflow, isPrivate }: AgainId): string =>
  `${version}w:${isPrivate ? 'e' : 'p'}:${taskId}:${index}:${workflow}`;

export function parseAgainId(customId: string): AgainId | undefined {
  const [, kind, taskId, index, workflow] = againPattern.exec(customId) ?? [];
  if (taskId === undefined || workflow === undefined) return undefined;
  return { taskId, index: Number(index), workflow, isPrivate: kind === 'e' };
}

/** Opens the list of what credits cost. */
export const buyId = `${version}b:list`;

/** Draws the words of its message, which belong to no task. */
export const drawId = `${version}d:words`;

const payWays = ['stripe', 'outside'] as const;

/** A package of credits at the price that the person has read. */
export interface OrderId {
  packageId: string;
  version: number;
  provider: (typeof payWays)[number];
}

const orderPattern = new RegExp(
  `^${version}b:([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}):([0-9]{1,7}):(${payWays.join('|')})$`,
);

export const formatOrderId = ({ packageId, version: read, provider }: OrderId): string =>
  `${version}b:${packageId}:${read}:${provider}`;

export function parseOrderId(customId: string): OrderId | undefined {
  const [, packageId, read, provider] = orderPattern.exec(customId) ?? [];
  if (packageId === undefined || provider === undefined) return undefined;
  return { packageId, version: Number(read), provider: provider as OrderId['provider'] };
}

/** One prompt, which the message of the button holds, drawn by several engines. */
export interface GridId {
  /** The credits that the person has seen. */
  cost: number;
  isPrivate: boolean;
  workflows: string[];
  /** The name of a look. */
  style?: string | undefined;
}

const gridPattern = new RegExp(
  `^${version}g:([1-9][0-9]{0,6}):([pe]):([a-z0-9][a-z0-9-]{0,62}(?:,[a-z0-9][a-z0-9-]{0,62}){0,3})(?::([a-z0-9][a-z0-9-]{0,62}))?$`,
);

export const formatGridId = ({ cost, isPrivate, workflows, style }: GridId): string =>
  [`${version}g`, cost, isPrivate ? 'e' : 'p', workflows.join(','), ...(style ? [style] : [])].join(':');

export function parseGridId(customId: string): GridId | undefined {
  const [, cost, audience, workflows, style] = gridPattern.exec(customId) ?? [];
  if (workflows === undefined) return undefined;
  return { cost: Number(cost), isPrivate: audience === 'e', workflows: workflows.split(','), style };
}

/** The best of a party, after its end in seconds since 1970. */
export interface PartyId {
  endsAt: number;
  locale: Locale;
}

const partyPattern = new RegExp(`^${version}p:([0-9]{10}):(${locales.join('|')})$`);

export const formatPartyId = ({ endsAt, locale }: PartyId): string => `${version}p:${endsAt}:${locale}`;

export function parsePartyId(customId: string): PartyId | undefined {
  const [, endsAt, locale] = partyPattern.exec(customId) ?? [];
  return endsAt === undefined ? undefined : { endsAt: Number(endsAt), locale: locale as Locale };
}

/** An answer about a pair of published pictures. */
export interface BetterId {
  pairId: string;
  /** A publication; null: neither. */
  better: string | null;
}

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const betterPattern = new RegExp(`^${version}v:(${uuid}):(${uuid}|0)$`);

export const formatBetterId = ({ pairId, better }: BetterId): string =>
  `${version}v:${pairId}:${better ?? 0}`;

export function parseBetterId(customId: string): BetterId | undefined {
  const [, pairId, better] = betterPattern.exec(customId) ?? [];
  if (pairId === undefined || better === undefined) return undefined;
  return { pairId, better: better === '0' ? null : better };
}
