import type { AuditView as AuditRecord } from '@star-graph/contract/admin/audit';
import { formatCredits, formatNumber } from '@star-graph/ui/texts/formats';
import { nameTargetKind, texts } from './actTexts.ts';

type Data = AuditRecord['data'];

/** As many changes as a row has room for; the record has all. */
const mostChanges = 3;
/** Acts that move credits; an amount of any other is not of credits. */
const movesCredits = new Set(['user.credits', 'guild.credits', 'transfer.reverse']);

/** What an act changed and why, in a line: an amount, the fields that differ, the reason that was given. */
export function sayAct({ action, data }: Pick<AuditRecord, 'action' | 'data'>): string {
  const { amount, reason, before, after } = data;
  if (action === 'backup.ask') return texts.unscheduled;
  const moved = typeof amount === 'number' && movesCredits.has(action) ? [sayMoved(amount)] : [];
  const given = typeof reason === 'string' && reason !== '' ? [`“${reason}”`] : [];
  return [...moved, ...sayChanges(before, after), ...given].join(' · ');
}

const sayMoved = (amount: number): string => (amount > 0 ? '+' : '') + formatCredits(amount);

function sayChanges(before: unknown, after: unknown): string[] {
  if (before === undefined && after === undefined) return [];
  if (!isRecord(before) && !isRecord(after))
    return before === after ? [] : [[before, after].map(sayValue).filter(Boolean).join(' → ')];
  const [was, is] = [isRecord(before) ? before : {}, isRecord(after) ? after : {}];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .filter((name) => JSON.stringify(was[name]) !== JSON.stringify(is[name]))
    .map((name) => ({ name, values: [was[name], is[name]].map(sayValue).filter(Boolean) }))
    .filter(({ values }) => values.length > 0)
    .slice(0, mostChanges)
    .map(({ name, values }) => `${name}: ${values.join(' → ')}`);
}

/** What is no single value is left to the record. */
function sayValue(value: unknown): string {
  if (typeof value === 'number') return formatNumber(value);
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'string' ? value : '';
}

const nothing = '–';
const change = 'before → after';

/** All that the record of an act holds, a line each: what changed as `was → is`, fields inside by their path. */
export function listFacts({ before, after, ...rest }: Data): [name: string, text: string][] {
  const [was, is] = [before, after].map((one) => new Map(flatten(one ?? {}, '')));
  const names = new Set([...(was?.keys() ?? []), ...(is?.keys() ?? [])]);
  const changes = [...names].map((name): [string, string] => {
    const [from, to] = [was?.get(name) ?? nothing, is?.get(name) ?? nothing];
    const isNew = before === undefined || before === null;
    return [name || change, isNew || from === to ? to : `${from} → ${to}`];
  });
  return [...changes, ...flatten(rest, '')];
}

function flatten(value: unknown, path: string): [string, string][] {
  if (typeof value !== 'object' || value === null) return [[path, sayValue(value) || nothing]];
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object'))
    return [[path, value.map(sayValue).join(', ') || nothing]];
  return Object.entries(value).flatMap(([name, one]) => flatten(one, path ? `${path}.${name}` : name));
}

/** The name that something of the platform has in its own record, or what it is. */
export function nameTarget({ target, data }: Pick<AuditRecord, 'target' | 'data'>): string {
  const named = [data.after, data.before, data].find((one) => isRecord(one) && typeof one.name === 'string');
  return isRecord(named) && typeof named.name === 'string' ? named.name : nameTargetKind(target);
}

const isRecord = (value: unknown): value is Data =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
