import { type Database, inTransaction, type Transaction } from '../../ground/db/connect.ts';
import { Asset } from '../../ground/db/models/asset.ts';
import { Project, ProjectAsset, ProjectVersion } from '../../ground/db/models/project.ts';
import { sendPacket } from '../../ground/db/packet.ts';
import { Problem } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { bytesOfRequest, countKept, type KeptDeps } from '../../money/quotas/keptBytes.ts';
import { dropFiles, lockProject } from './projects.ts';

/** Of all versions that are kept of one project. */
const mostBytes = 256_000_000;
/** Older versions stay at this distance, so that minutes of drawing do not push out yesterday. */
const betweenMs = 10 * 60_000;
const mostVersions = 20;

interface ProjectSave {
  /** As it was read: the save makes the next one. */
  version: number;
  name: string;
  /** JSON; only its owner reads it. */
  document: string;
  /** The files that its layers are stored in. */
  files: readonly string[];
  /** The version before stays when versions are thinned out. */
  keepsLast: boolean;
}

/**
 * Makes the next version. A repeat of the save that made it changes nothing.
 * @throws Problem `not-found`; `changed-meanwhile`; `invalid-params` for files that are not the person's;
 * `quota-exceeded`, `daily-limit`.
 */
export async function saveProject(
  deps: { database: Database; clock: Clock } & KeptDeps,
  id: string,
  userId: string,
  { version, name, document, files, keepsLast }: ProjectSave,
): Promise<Project> {
  const { database, clock } = deps;
  return inTransaction(database, async (trx) => {
    const project = await lockProject(trx, id, userId);
    const next = version + 1;
    if (project.version === next && (await isSaved(trx, project, document))) return project;
    if (project.version !== version)
      throw new Problem(
        'changed-meanwhile',
        `This project is at version ${project.version} and not ${version}: it was saved elsewhere. Read it, and decide again.`,
      );
    const savedAt = clock.now();
    // Old versions go, but each save is written: a page that saves without end fills disks and logs of the database.
    const kept = countKept(deps, trx, { userId, bytes: bytesOfRequest(document.length) }, savedAt);
    await kept.confirm(await sendPacket(trx, kept.statements));
    await nameFiles(trx, project, files, next);
    if (keepsLast) await ProjectVersion.query(trx).findById([id, version]).patch({ isKept: true });
    await ProjectVersion.query(trx).insert({
      projectId: id,
      version: next,
      document,
      isKept: false,
      savedAt,
    });
    await thinOut(trx, id, savedAt);
    const changed = await Project.query(trx).patchAndFetchById(id, { name, version: next, savedAt });
    await refuseTooLarge(trx, id);
    return changed;
  });
}

async function isSaved(trx: Transaction, { id, version }: Project, document: string): Promise<boolean> {
  const saved = await ProjectVersion.query(trx).findById([id, version]).select('document');
  return saved?.document === document;
}

/** A file that an earlier version names may be gone by now; a new one has to be there. */
async function nameFiles(
  trx: Transaction,
  { id, userId }: Project,
  files: readonly string[],
  version: number,
): Promise<void> {
  if (files.length === 0) return;
  // Locked, so that none of them goes before it is named.
  const own = await Asset.query(trx)
    .select('id')
    .findByIds([...files])
    .where({ userId })
    .whereNull('deletedAt')
    .orderBy('id')
    .forShare();
  const known = await ProjectAsset.query(trx)
    .select('assetId')
    .where({ projectId: id })
    .whereIn('assetId', [...files]);
  const ids = new Set([...own.map((one) => one.id), ...known.map(({ assetId }) => assetId)]);
  if (files.some((one) => !ids.has(one)))
    throw new Problem('invalid-params', 'A file of the layers is not there. Send the layers again.', {
      errors: [{ pointer: '/document/files', message: 'One of these is not a file of yours.' }],
    });
  await trx(ProjectAsset.tableName)
    .insert(
      [...ids].map((assetId) => ({ projectId: id, assetId, firstVersion: version, lastVersion: version })),
    )
    .onConflict(['projectId', 'assetId'])
    .merge(['lastVersion']);
}

/**
 * Of the versions before the newest two, those go that follow another too closely, and then the oldest. Files that only
 * they named go with them.
 */
async function thinOut(trx: Transaction, projectId: string, now: Date): Promise<void> {
  const rows = await ProjectVersion.query(trx)
    .select('version', 'isKept', 'savedAt')
    .where({ projectId })
    .orderBy('version', 'desc')
    .limit(mostVersions + 1);
  const [, last, before] = rows;
  const isClose = last && before && last.savedAt.getTime() - before.savedAt.getTime() < betweenMs;
  const gone = isClose && !last.isKept ? last : rows[mostVersions];
  if (!gone) return;
  await ProjectVersion.query(trx).findById([projectId, gone.version]).delete();
  const unnamed = await ProjectAsset.query(trx)
    .select('assetId')
    .where({ projectId })
    .whereRaw(
      `NOT EXISTS (SELECT 1 FROM project_versions WHERE project_versions.project_id = project_assets.project_id
         AND project_versions.version BETWEEN project_assets.first_version AND project_assets.last_version)`,
    );
  const ids = unnamed.map(({ assetId }) => assetId);
  await ProjectAsset.query(trx).where({ projectId }).whereIn('assetId', ids).delete();
  await dropFiles(trx, ids, now);
}

async function refuseTooLarge(trx: Transaction, projectId: string): Promise<void> {
  const found = await Asset.query(trx)
    .join(ProjectAsset.tableName, 'project_assets.assetId', 'assets.id')
    .where('project_assets.projectId', projectId)
    .sum('assets.bytes as total')
    .first()
    .castTo<{ total: string | number | null }>();
  if (Number(found.total ?? 0) > mostBytes)
    throw new Problem(
      'quota-exceeded',
      `A project takes up ${mostBytes / 1_000_000} MB at most. Delete or merge layers, or begin another one.`,
    );
}
