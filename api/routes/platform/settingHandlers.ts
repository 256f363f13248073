import type { SettingChangeView, SettingsView } from '@star-graph/contract/platform/settings';
import { changeSettings, revertSettings } from '@star-graph/core/ground/settings/changeSettings';
import { listSettingChanges, type SettingChange } from '@star-graph/core/ground/settings/settingHistory';
import { inForce, readStored, type StoredSettings } from '@star-graph/core/ground/settings/storedSettings';
import { liveSettingNames } from '@star-graph/workflows/shared/liveSettings';
import type { ApiDeps } from '../../apiDeps.ts';
import { actorOf } from '../admin/actorOf.ts';
import { defineHandlers } from '../handler.ts';
import { pageById } from '../pages.ts';
import { tellAfter } from '../tellAfter.ts';
import { presentFixed } from './fixedSettings.ts';

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
