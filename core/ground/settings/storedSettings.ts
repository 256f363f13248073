import {
  defaultModelAliases,
  type LiveSettingName,
  liveSettingNames,
  liveSettingSchemas,
  type Settings,
  type SetValues,
} from '@star-graph/workflows/shared/liveSettings';
import type { Env } from '../config/config.ts';
import type { Database, Transaction } from '../db/connect.ts';
import { SettingVersion } from '../db/models/operation.ts';

/** What the environment says. */
export type EnvironmentSettings = Pick<
  Env,
  Exclude<LiveSettingName, 'ENGINES' | 'MODEL_ALIASES' | 'MAINTENANCE'>
>;

/** A stored value that this release does not understand: as if it was not set. */
interface IgnoredValue {
  name: string;
  value: unknown;
  reason: string;
}

export interface StoredSettings {
  /** Raised by each change; 0: nothing was ever changed. */
  version: number;
  /** As they are stored, with those that are ignored. */
  stored: Readonly<Record<string, unknown>>;
  set: SetValues;
  ignored: readonly IgnoredValue[];
  changedBy: string | null;
  changedAt: Date | null;
}

const unchanged: StoredSettings = {
  version: 0,
  stored: {},
  set: {},
  ignored: [],
  changedBy: null,
  changedAt: null,
};

export async function readStored(database: Database | Transaction): Promise<StoredSettings> {
  const last = await SettingVersion.query(database).orderBy('version', 'desc').limit(1).first();
  if (!last) return unchanged;
  const { version, setValues: stored, changedBy, createdAt: changedAt } = last;
  return { version, stored, ...understand(stored), changedBy, changedAt };
}

const isKnown = (name: string): name is LiveSettingName => liveSettingNames.includes(name as LiveSettingName);

/** Another release may have written them, with other names and bounds. */
export function understand(
  stored: Readonly<Record<string, unknown>>,
): Pick<StoredSettings, 'set' | 'ignored'> {
  const set: Record<string, unknown> = {};
  const ignored: IgnoredValue[] = [];
  for (const [name, value] of Object.entries(stored)) {
    if (!isKnown(name)) {
      ignored.push({ name, value, reason: 'This release has no such setting.' });
      continue;
    }
    const read = liveSettingSchemas[name].safeParse(value);
    if (read.success) set[name] = read.data;
    else ignored.push({ name, value, reason: read.error.issues[0]?.message ?? 'Not accepted.' });
  }
  return { set: set as SetValues, ignored };
}

/** What is in force: what was set, and for the rest what the environment says. */
export function inForce(environment: EnvironmentSettings, set: SetValues): Settings {
  const defaults: Record<string, unknown> = {
    ...environment,
    ENGINES: {},
    MODEL_ALIASES: defaultModelAliases,
    MAINTENANCE: null,
  };
  return Object.fromEntries(
    liveSettingNames.map((name) => [name, set[name] ?? defaults[name]]),
  ) as unknown as Settings;
}
