import { type Database, inTransaction, type Transaction } from '../../ground/db/connect.ts';
import { Asset } from '../../ground/db/models/asset.ts';
import { Project, ProjectAsset, ProjectVersion } from '../../ground/db/models/project.ts';
import { sendPacket } from '../../ground/db/packet.ts';
import { Problem } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { bytesOfFile, bytesOfRequest, countKept, type KeptDeps } from '../../money/quotas/keptBytes.ts';
import { findShared } from './projectMembers.ts';
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
  /** The number of the turn in which it was drawn; a project that is not shared needs none. */
  turn?: number | undefined;
  /** JSON; only its owner and its members read it. */
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
  { version, name, turn, document, files, keepsLast }: ProjectSave,
): Promise<Project> {
  const { database, clock } = deps;
  return inTransaction(database, async (trx) => {
    const { project } = await lockProject(trx, id, userId, 'edit');
    const next = version + 1;
    if (project.version === next && (await isSaved(trx, project, document))) return project;
    if (project.version !== version)
      throw new Problem(
        'changed-meanwhile',
        `This project is at version ${project.version} and not ${version}: it was saved elsewhere. Read it, and decide again.`,
      );
    const isShared = (await findShared({ database: trx, clock }, [id])).has(id);
    if (isShared && (project.turnOf !== userId || project.turn !== turn))
      throw new Problem(
        'changed-meanwhile',
        'It is not your turn to draw: somebody else may be drawing. Read the project, and ask for the turn.',
      );
    const savedAt = clock.now();
    // Old versions go, but each save is written: a page that saves without end fills disks and logs of the database.
    const kept = countKept(deps, trx, { userId, bytes: bytesOfRequest(document.length) }, savedAt);
    await kept.confirm(await sendPacket(trx, kept.statements));
    const isOwner = project.userId === userId;
    const own = files.length === 0 ? [] : await (isOwner ? lockOwn : takeDrawn)(trx, project, userId, files);
    const ownIds = own.map(({ id: file }) => file);
    await nameFiles(trx, project, { files, ownIds }, next);
    if (!isOwner) await countForOwner(deps, trx, project, own, savedAt);
    if (keepsLast) await ProjectVersion.query(trx).findById([id, version]).patch({ isKept: true });
    await ProjectVersion.query(trx).insert({
      projectId: id,
      version: next,
      document,
      isKept: false,
      savedAt,
    });
    await thinOut(trx, id, savedAt);
    const changed = await Project.query(trx).patchAndFetchById(id, {
      name,
      version: next,
      savedAt,
      ...(isShared && { turnAt: savedAt }),
    });
    await refuseTooLarge(trx, id);
    return changed;
  });
}

async function isSaved(trx: Transaction, { id, version }: Project, document: string): Promise<boolean> {
  const saved = await ProjectVersion.query(trx).findById([id, version]).select('document');
  return saved?.document === document;
}

type OwnFile = Pick<Asset, 'id' | 'bytes'>;

/** Locked, so that none of them goes before it is named. */
const lockOwn = async (
  trx: Transaction,
  _project: Project,
  userId: string,
  files: readonly string[],
): Promise<OwnFile[]> =>
  Asset.query(trx)
    .select('id', 'bytes')
    .findByIds([...files])
    .where({ userId })
    .whereNull('deletedAt')
    .orderBy('id')
    .forShare();

/**
 * What a member has drawn becomes the owner's with the save: it outlives the member's account. Only what was sent for
 * layers and is named by no project; its storage key still tells who sent it. Other files of the owner's, a member
 * cannot name.
 */
async function takeDrawn(
  trx: Transaction,
  project: Project,
  userId: string,
  files: readonly string[],
): Promise<OwnFile[]> {
  const drawn = await Asset.query(trx)
    .select('id', 'bytes')
    .findByIds([...files])
    .where({ userId, isMask: true, kind: 'input' })
    .whereNull('deletedAt')
    .whereNull('quarantinedAt')
    .whereRaw('NOT EXISTS (SELECT 1 FROM project_assets WHERE project_assets.asset_id = assets.id)')
    .orderBy('id')
    .forUpdate();
  await Asset.query(trx)
    .findByIds(drawn.map(({ id }) => id))
    .patch({ userId: project.userId });
  return drawn;
}

/** @throws Problem `daily-limit`. */
async function countForOwner(
  deps: KeptDeps,
  trx: Transaction,
  { userId }: Project,
  drawn: readonly OwnFile[],
  now: Date,
): Promise<void> {
  const bytes = drawn.reduce((sum, one) => sum + bytesOfFile(one.bytes), 0);
  const kept = countKept(deps, trx, { userId, bytes }, now);
  const answers = await sendPacket(trx, kept.statements);
  await kept.confirm(answers).catch((error: unknown) => {
    if (!(error instanceof Problem)) throw error;
    throw new Problem(
      error.code,
      'What you draw here counts as sent by the owner of the project, who may send no more today. Go on after midnight UTC, or save a copy of your own.',
      { retryAfterSeconds: error.retryAfterSeconds ?? 3_600 },
    );
  });
}

/** A file that an earlier version names may be gone by now; a new one has to be there. */
async function nameFiles(
  trx: Transaction,
  { id }: Project,
  { files, ownIds }: { files: readonly string[]; ownIds: readonly string[] },
  version: number,
): Promise<void> {
  if (files.length === 0) return;
  const known = await ProjectAsset.query(trx)
    .select('assetId')
    .where({ projectId: id })
    .whereIn('assetId', [...files]);
  const ids = new Set([...ownIds, ...known.map(({ assetId }) => assetId)]);
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
