import type { ModelFamily } from '@star-graph/workflows/models/modelFamilies';
import { type Actor, recordAct } from '../../ground/audit.ts';
import { type Database, inTransaction } from '../../ground/db/connect.ts';
import { Setting } from '../../ground/db/models/operation.ts';
import type { Clock } from '../../ground/runtime/clock.ts';

/** The operator's settings for model files, in force in every process within seconds. */
export interface ModelSettings {
  /**
   * Default file of a parameter, by workflow and parameter. The workflow's own default applies if the pool lacks the
   * file.
   */
  defaults: Record<string, Record<string, string>>;
  /** The servers' name of a file that workflows know under another name, by `folder/name`. */
  fileNames: Record<string, string>;
  /** Corrections of wrongly guessed families, by `folder/name`. */
  families: Record<string, ModelFamily>;
}

export const noModelSettings: ModelSettings = { defaults: {}, fileNames: {}, families: {} };

const settingName = 'models';

export async function readModelSettings(database: Database): Promise<ModelSettings> {
  const setting = await Setting.query(database).findById(settingName);
  // Written by `changeModelSettings` alone. A field that an earlier release did not have is absent.
  return { ...noModelSettings, ...(setting?.value as Partial<ModelSettings> | undefined) };
}

/** Replaces all of it; the audit keeps the earlier settings. */
export async function changeModelSettings(
  deps: { database: Database; clock: Clock },
  actor: Actor,
  settings: ModelSettings,
): Promise<void> {
  await inTransaction(deps.database, async (trx) => {
    const before = await Setting.query(trx).findById(settingName).forUpdate();
    await Setting.query(trx)
      .insert({ name: settingName, value: settings, updatedAt: deps.clock.now() })
      .onConflict('name')
      .merge(['value', 'updatedAt']);
    await recordAct(deps, trx, {
      actor,
      action: 'models.settings',
      target: 'settings:models',
      data: { before: before?.value ?? null, after: settings },
    });
  });
}
