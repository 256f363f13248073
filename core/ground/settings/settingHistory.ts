import type { Database } from '../db/connect.ts';
import { SettingVersion } from '../db/models/operation.ts';
import { type ChangedValue, compareVersions } from './changeSettings.ts';

/** One change of the settings. */
export interface SettingChange {
  version: number;
  revertedTo: number | null;
  changedBy: string;
  changedAt: Date;
  changes: Record<string, ChangedValue>;
}

/** Newest first; `beforeVersion` continues a page. */
export async function listSettingChanges(
  database: Database,
  page: { limit: number; beforeVersion?: number },
): Promise<SettingChange[]> {
  const query = SettingVersion.query(database)
    .orderBy('version', 'desc')
    .limit(page.limit + 1);
  if (page.beforeVersion !== undefined) query.where('version', '<', page.beforeVersion);
  const rows = await query;
  return rows.slice(0, page.limit).map((row, index) => ({
    version: row.version,
    revertedTo: row.revertedTo,
    changedBy: row.changedBy,
    changedAt: row.createdAt,
    changes: compareVersions(rows[index + 1]?.setValues ?? {}, row.setValues),
  }));
}
