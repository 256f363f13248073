import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import {
  ApplicationCommandType,
  type REST,
  type RESTPostAPIApplicationCommandsJSONBody,
  Routes,
} from 'discord.js';
import type { Logger } from 'pino';
import { findInTime } from './interaction/withTimeout.ts';

/**
 * Registers the commands that differ from Discord's: creates are limited to 200 a day.
 * @returns whether anything was written.
 */
async function registerCommands(
  deps: { rest: REST },
  applicationId: string,
  wanted: readonly RESTPostAPIApplicationCommandsJSONBody[],
): Promise<boolean> {
  const route = Routes.applicationCommands(applicationId);
  const query = new URLSearchParams({ with_localizations: 'true' });
  const registered = (await deps.rest.get(route, { query })) as Record<string, unknown>[];
  const byKey = (a: object, b: object) => keyOf(a).localeCompare(keyOf(b));
  // Discord adds it once Activities are switched on, and refuses every list without it.
  const hasOwn = wanted.some((command) => typeOf(command) === entryPointType);
  const entryPoints = hasOwn ? [] : registered.filter((command) => typeOf(command) === entryPointType);
  const ours = registered.filter((command) => !entryPoints.includes(command));
  const known = ours.map(comparable).sort(byKey);
  if (isDeepStrictEqual(known, wanted.map(comparable).sort(byKey))) return false;
  await deps.rest.put(route, { body: [...wanted, ...entryPoints.map(withoutAdditions)] });
  return true;
}

const entryPointType: number = ApplicationCommandType.PrimaryEntryPoint;

function withoutAdditions(command: Record<string, unknown>): Record<string, unknown> {
  const { application_id: _application, version: _version, ...own } = command;
  return own;
}

const firstPauseMs = 5_000;
const longestPauseMs = 600_000;

interface Registering {
  /** Resolves after the first try, successful or not. */
  firstTry: Promise<void>;
  stop(): void;
}

/** The others are not kept back while nobody knows whether these belong to them. */
const furtherWithinMs = 1_500;

/**
 * Tries to register the commands until it succeeds, at growing intervals. The registered ones are served meanwhile.
 * @param findFurther commands that belong to them if the API says so; it is asked again until it answers.
 */
export function keepRegistering(
  deps: { rest: REST; clock: Clock; log: Logger },
  applicationId: string,
  own: readonly RESTPostAPIApplicationCommandsJSONBody[],
  findFurther: () => Promise<readonly RESTPostAPIApplicationCommandsJSONBody[]>,
): Registering {
  let cancelPause: (() => void) | undefined;
  let isStopped = false;
  async function attempt(pauseMs: number): Promise<void> {
    try {
      const [further] = await Promise.allSettled([findInTime(deps.clock, findFurther(), furtherWithinMs)]);
      const known = further.status === 'fulfilled' ? further.value : undefined;
      const wanted = [...own, ...(known ?? [])];
      const isWritten = await registerCommands(deps, applicationId, wanted);
      deps.log.info({ commands: wanted.length, isWritten }, 'commands are registered');
      if (further.status === 'rejected') throw further.reason;
      if (known === undefined) throw new Error('the API did not say in time which commands it serves');
    } catch (err) {
      deps.log.error({ err, againInMs: pauseMs }, 'not all commands could be registered');
      if (isStopped) return;
      const nextMs = Math.min(pauseMs * 2, longestPauseMs);
      cancelPause = deps.clock.after(pauseMs, () => void attempt(nextMs));
    }
  }
  return {
    firstTry: attempt(firstPauseMs),
    stop() {
      isStopped = true;
      cancelPause?.();
    },
  };
}

const keyOf = (command: object): string => {
  const { type = 1, name = '' } = command as { type?: number; name?: string };
  return `${type}:${name}`;
};

const compared = [
  'type',
  'name',
  'name_localizations',
  'description',
  'description_localizations',
  'options',
  'default_member_permissions',
  'contexts',
  'integration_types',
  'handler',
];

/** Our part of a command, without Discord's additions and without empty values. */
function comparable(command: object): object {
  const kept = compared.map((name) => [name, simplify((command as Record<string, unknown>)[name])]);
  return { ...Object.fromEntries(kept.filter(([, value]) => value !== undefined)), type: typeOf(command) };
}

const typeOf = (command: object): number => (command as { type?: number }).type ?? 1;

function simplify(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(simplify);
  if (typeof value !== 'object' || value === null) return isNothing(value) ? undefined : value;
  const entries = Object.entries(value)
    .map(([name, one]) => [name, simplify(one)] as const)
    .filter(([, one]) => one !== undefined)
    .sort(([a], [b]) => a.localeCompare(b));
  return Object.fromEntries(entries);
}

/** Discord leaves out false and empty values, and builders write them. */
const isNothing = (value: unknown): boolean =>
  value === null || value === undefined || value === false || value === '';
