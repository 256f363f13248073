import type { SettingChangeView, SettingsView } from '@star-graph/contract/platform/settings';
import type { Env } from '@star-graph/core/ground/config/config';
import { changeSettings, revertSettings } from '@star-graph/core/ground/settings/changeSettings';
import { listSettingChanges, type SettingChange } from '@star-graph/core/ground/settings/settingHistory';
import { inForce, readStored, type StoredSettings } from '@star-graph/core/ground/settings/storedSettings';
import { liveSettingNames } from '@star-graph/workflows/shared/liveSettings';
import type { ApiDeps } from '../../apiDeps.ts';
import { actorOf } from '../admin/actorOf.ts';
import { defineHandlers } from '../handler.ts';
import { pageById } from '../pages.ts';
import { tellAfter } from '../tellAfter.ts';

export function createSettingHandlers({
  config,
  ...deps
}: Pick<ApiDeps, 'database' | 'clock' | 'config' | 'tellChange'>) {
  const changing = { ...deps, environment: config };
  const present = (stored: StoredSettings): SettingsView => presentSettings(config, stored);
  return defineHandlers({
    async adminGetSettings() {
      return present(await readStored(deps.database));
    },
    async adminPatchSettings({ body, caller }) {
      const changed = changeSettings(changing, actorOf(caller), body.version, body.values);
      return present(await tellAfter(deps, changed));
    },
    async adminRevertSettings({ body, caller }) {
      const changed = revertSettings(changing, actorOf(caller), body.version, body.to);
      return present(await tellAfter(deps, changed));
    },
    adminListSettingChanges({ query }) {
      return pageById(query, {
        list: ({ limit, beforeId }) =>
          listSettingChanges(deps.database, {
            limit,
            ...(beforeId === undefined ? {} : { beforeVersion: Number(beforeId) }),
          }),
        idOf: ({ version }) => String(version),
        isId: (text) => /^[1-9][0-9]{0,8}$/.test(text),
        present: (changes) => changes.map(presentChange),
      });
    },
  });
}

function presentSettings(config: ApiDeps['config'], stored: StoredSettings): SettingsView {
  const { version, set, ignored, changedAt, changedBy } = stored;
  const values = inForce(config, set);
  const defaults = inForce(config, {});
  const settings = Object.fromEntries(
    liveSettingNames.map((name) => [
      name,
      {
        value: values[name],
        default: defaults[name],
        source: set[name] === undefined ? 'environment' : 'changed',
      },
    ]),
  ) as SettingsView['settings'];
  return {
    version,
    ...(changedAt === null ? {} : { changedAt: changedAt.toISOString() }),
    ...(changedBy === null ? {} : { changedBy }),
    settings,
    ignored: [...ignored],
    fixed: presentFixed(config),
  };
}

const presentChange = ({ changedAt, revertedTo, ...change }: SettingChange): SettingChangeView => ({
  ...change,
  ...(revertedTo === null ? {} : { revertedTo }),
  changedAt: changedAt.toISOString(),
});

/** Named one by one, so that an overlooked new secret stays hidden. */
const fixedSettings = [
  'PUBLIC_URL',
  'ACCESS_TOKEN_MINUTES',
  'SESSION_HOURS',
  'SESSION_DAYS',
  'ADMIN_SECOND_FACTOR',
  'REGISTRATIONS_PER_ADDRESS',
  'REGISTRATIONS_PER_NETWORK',
  'FIRST_USES_PER_KEY',
  'SERVICE_GIFTS_PER_DAY',
  'TRUSTED_PROXIES',
  'ADMIN_ADDRESSES',
  'SERVICE_ADDRESSES',
  'CORS_ORIGINS',
  'PROGRAM_REDIRECTS',
  'ALLOWED_HOSTS',
  'LOG_LEVEL',
  'BODY_LIMIT_BYTES',
  'UPLOAD_LIMIT_BYTES',
  'UPLOAD_MEGAPIXELS',
  'SOCKETS_PER_USER',
  'SUBSCRIPTIONS_PER_SOCKET',
  'REQUESTS_PER_SECOND',
  'USER_REQUESTS_PER_SECOND',
  'ADDRESS_REQUESTS_PER_SECOND',
  'KEY_REQUESTS_PER_SECOND',
  'RETENTION_DAYS',
  'TASK_TIMEOUT_SECONDS',
  'LEASE_SECONDS',
  'SHUTDOWN_SECONDS',
] as const satisfies readonly (keyof Env)[];

function presentFixed(config: Env): Record<string, string | number | string[]> {
  return Object.fromEntries(
    fixedSettings.flatMap((name) => {
      const value = config[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
