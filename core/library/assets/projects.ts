import { type Database, inTransaction, isDuplicateEntry, type Transaction } from '../../ground/db/connect.ts';
import { Asset } from '../../ground/db/models/asset.ts';
import { Project, ProjectAsset, ProjectMember, ProjectVersion } from '../../ground/db/models/project.ts';
import { User } from '../../ground/db/models/user.ts';
import { Problem } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { isId, newId } from '../../ground/runtime/ids.ts';

interface Deps {
  database: Database;
  clock: Clock;
}

const projectsPerPerson = 40;

const unknown = () => new Problem('not-found', 'There is no such project.');

/**
 * Makes an empty project. A repeat with the same id changes nothing.
 * @throws Problem `quota-exceeded`; `not-found` for an id that somebody else has.
 */
export async function createProject(
  { database, clock }: Deps,
  userId: string,
  { id = newId(), name }: { id?: string | undefined; name: string },
): Promise<{ project: Project; isNew: boolean }> {
  return inTransaction(database, async (trx) => {
    // The account's row is the lock under which the person's projects are counted.
    await User.query(trx).findById(userId).select('id').forUpdate();
    const present = await Project.query(trx).findById(id);
    if (present && present.userId !== userId) throw unknown();
    if (present) return { project: present, isNew: false };
    if ((await Project.query(trx).where({ userId }).resultSize()) >= projectsPerPerson)
      throw new Problem(
        'quota-exceeded',
        `You have ${projectsPerPerson} projects. Delete one that you no longer need.`,
      );
    const now = clock.now();
    const row = { id, userId, name, version: 0, createdAt: now, savedAt: now };
    // Somebody else may make one with this id at the same time.
    const inserted = await Project.query(trx)
      .insert(row)
      .catch((error: unknown) => {
        throw isDuplicateEntry(error) ? unknown() : error;
      });
    return { project: await inserted.$query(trx).throwIfNotFound(), isNew: true };
  });
}

/** The newest first; `beforeId` continues a page. */
export async function listProjects(
  database: Database,
  userId: string,
  page: { limit: number; beforeId?: string },
): Promise<Project[]> {
  const query = Project.query(database).where({ userId }).orderBy('id', 'desc').limit(page.limit);
  return page.beforeId === undefined ? query : query.where('id', '<', page.beforeId);
}

export type ProjectRole = 'own' | ProjectMember['role'];
const rights: readonly ProjectRole[] = ['see', 'edit', 'own'];

export interface ReachedProject {
  project: Project;
  role: ProjectRole;
  /** Null for its owner. */
  joinedAt: Date | null;
}

/** @throws Problem `not-found`; `forbidden` for a member who may not do that. */
export async function requireProject(
  database: Database,
  id: string,
  userId: string,
  need: ProjectRole,
): Promise<ReachedProject> {
  return reach(database, isId(id) ? await Project.query(database).findById(id) : undefined, userId, need);
}

/** @throws Problem `not-found`; `forbidden` for a member who may not do that. */
export async function lockProject(
  trx: Transaction,
  id: string,
  userId: string,
  need: ProjectRole,
): Promise<ReachedProject> {
  return reach(trx, isId(id) ? await Project.query(trx).findById(id).forUpdate() : undefined, userId, need);
}

/** Nobody sees the projects of somebody who is blocked. */
async function reach(
  database: Database | Transaction,
  project: Project | undefined,
  userId: string,
  need: ProjectRole,
): Promise<ReachedProject> {
  if (!project) throw unknown();
  if (project.userId === userId) return { project, role: 'own', joinedAt: null };
  const member = await ProjectMember.query(database).findById([project.id, userId]);
  const owner = member && (await User.query(database).findById(project.userId).select('disabledAt'));
  if (!member || owner?.disabledAt !== null) throw unknown();
  const { role, joinedAt } = member;
  if (rights.indexOf(role) >= rights.indexOf(need)) return { project, role, joinedAt };
  throw new Problem(
    'forbidden',
    need === 'own'
      ? 'Only the owner of this project may do that.'
      : 'You may see this project. Ask its owner if you want to draw in it.',
  );
}

interface OpenedVersion {
  saved: ProjectVersion | undefined;
  /** The files that its layers are stored in, as far as they are neither deleted nor withheld. */
  assets: Asset[];
}

/** What a project was at a version. @throws Problem `not-found`, for a member of what was before they joined, too. */
export async function openVersion(
  database: Database,
  { project, joinedAt }: ReachedProject,
  version: number,
): Promise<OpenedVersion> {
  if (version === 0 && project.version === 0) return { saved: undefined, assets: [] };
  const saved = await ProjectVersion.query(database).findOne({ projectId: project.id, version });
  const isBefore = joinedAt !== null && version !== project.version && saved && saved.savedAt < joinedAt;
  if (!saved || isBefore) throw new Problem('not-found', 'This version of the project is no longer kept.');
  const assets = await Asset.query(database)
    .whereIn(
      'id',
      ProjectAsset.query(database)
        .select('assetId')
        .where({ projectId: project.id })
        .where('firstVersion', '<=', version)
        .where('lastVersion', '>=', version),
    )
    .where({ userId: project.userId })
    .whereNull('deletedAt')
    .whereNull('quarantinedAt');
  return { saved, assets };
}

/** Those that are kept, the newest first; for a member those that are no older than their joining. */
export async function listVersions(
  database: Database,
  { project, joinedAt }: ReachedProject,
): Promise<Pick<ProjectVersion, 'version' | 'isKept' | 'savedAt'>[]> {
  const versions = await ProjectVersion.query(database)
    .select('version', 'isKept', 'savedAt')
    .where({ projectId: project.id })
    .orderBy('version', 'desc');
  return versions.filter(
    ({ version, savedAt }) => joinedAt === null || version === project.version || savedAt >= joinedAt,
  );
}

/** With its versions and the files of its layers. @throws Problem `not-found`. */
export async function deleteProject({ database, clock }: Deps, id: string, userId: string): Promise<void> {
  await inTransaction(database, async (trx) => {
    const { project } = await lockProject(trx, id, userId, 'own');
    const files = await ProjectAsset.query(trx).select('assetId').where({ projectId: project.id });
    await Project.query(trx).findById(project.id).delete();
    await dropFiles(
      trx,
      files.map(({ assetId }) => assetId),
      clock.now(),
    );
  });
}

/** Deletes files that no project names any more. What people see in their gallery stays: it is not the project's. */
export const dropFiles = async (trx: Transaction, assetIds: readonly string[], now: Date): Promise<void> => {
  if (assetIds.length === 0) return;
  await Asset.query(trx)
    .findByIds([...assetIds])
    .where({ isMask: true })
    .whereNull('deletedAt')
    .whereRaw('NOT EXISTS (SELECT 1 FROM project_assets WHERE project_assets.asset_id = assets.id)')
    .patch({ deletedAt: now });
};
