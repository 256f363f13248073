import { isDeepStrictEqual } from 'node:util';
import type { LiveSettingName, SetValues } from '@star-graph/workflows/shared/liveSettings';
import { type Actor, changedParts, noteKeyOf, recordAct } from '../audit.ts';
import { type Database, inTransaction, isDuplicateEntry, type Transaction } from '../db/connect.ts';
import { SettingVersion } from '../db/models/operation.ts';
import { Problem } from '../errors.ts';
import type { Clock } from '../runtime/clock.ts';
import {
  type EnvironmentSettings,
  inForce,
  readStored,
  type StoredSettings,
  understand,
} from './storedSettings.ts';

interface Deps {
  database: Database;
  clock: Clock;
  /** The environment's settings, against which the change is checked. */
  environment: EnvironmentSettings;
}

type Stored = Readonly<Record<string, unknown>>;

/** By name; null: back to what the environment says. */
type SettingChanges = { [Name in LiveSettingName]?: SetValues[Name] | null };

/**
 * Changes some of the settings.
 * @param version the one that the change was made from. A repeat of the change that made the next one changes nothing.
 * @throws Problem `changed-meanwhile` when it is another one by now: of two simultaneous changes one is refused;
 * `invalid-params` when the settings do not go together.
 */
export const changeSettings = (
  deps: Deps,
  actor: Actor,
  version: number,
  changes: SettingChanges,
): Promise<StoredSettings> =>
  writeVersion(deps, actor, version, async (_trx, stored) => {
    const after = Object.entries({ ...stored, ...changes }).filter(([, value]) => value != null);
    return { after: Object.fromEntries(after), around: '/values', revertedTo: null };
  });

/**
 * Sets the values of an earlier version again.
 * @param to 0: everything as the environment says.
 * @throws Problem as `changeSettings`; `not-found` when there is no such version.
 */
export const revertSettings = (
  deps: Deps,
  actor: Actor,
  version: number,
  to: number,
): Promise<StoredSettings> =>
  writeVersion(deps, actor, version, async (trx) => {
    const after = await valuesOf(trx, to);
    if (!after) throw new Problem('not-found', 'The settings have no such version.');
    return { after, around: '/to', revertedTo: to };
  });

async function valuesOf(trx: Transaction, version: number): Promise<Stored | undefined> {
  if (version === 0) return {};
  return (await SettingVersion.query(trx).findById(version))?.setValues;
}

interface NewVersion {
  after: Stored;
  /** Where in the request a fault is. */
  around: '/values' | '/to';
  revertedTo: number | null;
}

type Revise = (trx: Transaction, stored: Stored) => Promise<NewVersion>;

async function writeVersion(
  deps: Deps,
  actor: Actor,
  version: number,
  revise: Revise,
): Promise<StoredSettings> {
  const write = (trx: Transaction) => writeNow(deps, trx, actor, version, revise);
  try {
    return await inTransaction(deps.database, write);
  } catch (error) {
    if (!isDuplicateEntry(error)) throw error;
    // Another change was first.
    return inTransaction(deps.database, write);
  }
}

async function writeNow(
  deps: Deps,
  trx: Transaction,
  actor: Actor,
  version: number,
  revise: Revise,
): Promise<StoredSettings> {
  const last = await readStored(trx);
  if (last.version !== version) return requireRepeat(trx, last, version, revise);
  const { after, around, revertedTo } = await revise(trx, last.stored);
  if (isDeepStrictEqual(after, last.stored)) return last;
  requireWhole(deps.environment, last, after, around);
  const createdAt = deps.clock.now();
  const changedBy = actor.id;
  // Its key decides between two who read the same version.
  await SettingVersion.query(trx).insert({
    version: version + 1,
    setValues: { ...after },
    revertedTo,
    changedBy,
    createdAt,
  });
  await recordAct(deps, trx, {
    actorId: actor.id,
    action: revertedTo === null ? 'settings.change' : 'settings.revert',
    target: 'settings:live',
    data: {
      version: version + 1,
      ...(revertedTo === null ? {} : { revertedTo }),
      ...changedParts(last.stored, after),
      ...noteKeyOf(actor),
    },
  });
  return { version: version + 1, stored: after, ...understand(after), changedBy, changedAt: createdAt };
}

/** @throws Problem `changed-meanwhile` unless the last change was this one. */
async function requireRepeat(
  trx: Transaction,
  last: StoredSettings,
  version: number,
  revise: Revise,
): Promise<StoredSettings> {
  const before = last.version === version + 1 ? await valuesOf(trx, version) : undefined;
  if (before && isDeepStrictEqual((await revise(trx, before)).after, last.stored)) return last;
  throw new Problem(
    'changed-meanwhile',
    `The settings are at version ${last.version} and not ${version}. Read them, and decide again.`,
  );
}

/** Values that are right one by one and wrong together; what no change touched is the environment's business. */
function requireWhole(
  environment: EnvironmentSettings,
  before: StoredSettings,
  after: Stored,
  around: NewVersion['around'],
): void {
  const { set, ignored } = understand(after);
  const pointer = (name: string) => (around === '/to' ? around : `${around}/${name}`);
  const errors = ignored
    .filter(({ name, value }) => !isDeepStrictEqual(value, before.stored[name]))
    .map(({ name, reason }) => ({ pointer: pointer(name), message: `${name}: ${reason}` }));
  const { OPEN_TASKS_PER_USER: perUser, OPEN_TASKS: inAll } = inForce(environment, set);
  if (perUser > inAll && (set.OPEN_TASKS_PER_USER !== undefined || set.OPEN_TASKS !== undefined))
    errors.push({
      pointer: pointer(set.OPEN_TASKS_PER_USER === undefined ? 'OPEN_TASKS' : 'OPEN_TASKS_PER_USER'),
      message: `One person could have ${perUser} unfinished tasks, and all together ${inAll}. Choose at most as many for one.`,
    });
  if (errors.length > 0)
    throw new Problem('invalid-params', 'These settings do not go together. See the errors for what does.', {
      errors,
    });
}

export interface ChangedValue {
  /** Null: as the environment says. */
  before: unknown;
  after: unknown;
}

/** The names whose values differ. */
export function compareVersions(before: Stored, after: Stored): Record<string, ChangedValue> {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return Object.fromEntries(
    names
      .filter((name) => !isDeepStrictEqual(before[name], after[name]))
      .map((name) => [name, { before: before[name] ?? null, after: after[name] ?? null }]),
  );
}
