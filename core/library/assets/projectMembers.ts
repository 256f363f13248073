import { randomBytes } from 'node:crypto';
import { type Database, inTransaction, type Transaction } from '../../ground/db/connect.ts';
import { Project, ProjectLink, ProjectMember } from '../../ground/db/models/project.ts';
import { User } from '../../ground/db/models/user.ts';
import { hashSecret } from '../../ground/encryption/secrets.ts';
import { Problem } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { namePeople } from './collectionMembers.ts';
import { lockProject, type ProjectRole, requireProject } from './projects.ts';

/*
 * A project is shared by a link: whoever opens it in a session of their own joins with its role. Members draw one after
 * the other. Whose turn it is stands in the project's row with a number that each turn raises; a save names the number,
 * so a page that slept through the end of its turn writes nothing.
 */

interface Deps {
  database: Database;
  clock: Pick<Clock, 'now'>;
}
type Role = ProjectMember['role'];

const membersAProject = 10;
const joinedAPerson = 40;
/** Who has the turn and says nothing for so long has lost it, as soon as somebody asks for it. */
const silentMs = 30_000;
/** A page that shows a project says so every few seconds. */
const hereMs = 15_000;

const unknownLink = () =>
  new Problem(
    'not-found',
    'This link leads to no project any more: it has ended or was withdrawn. Ask its owner for another one.',
  );

/** Makes the project's link; one that it had ends. @throws Problem `not-found`, `forbidden`. */
export async function makeProjectLink(
  { database, clock }: Deps,
  id: string,
  userId: string,
  { role, hours }: { role: Role; hours: number },
): Promise<{ token: string; expiresAt: Date }> {
  const token = randomBytes(16).toString('base64url');
  const expiresAt = new Date(clock.now().getTime() + hours * 3_600_000);
  await inTransaction(database, async (trx) => {
    await lockProject(trx, id, userId, 'own');
    await trx(ProjectLink.tableName)
      .insert({ projectId: id, role, tokenHash: hashSecret(token), expiresAt })
      .onConflict()
      .merge();
  });
  return { token, expiresAt };
}

/** Nobody joins by it any more; who has joined stays. A repeat changes nothing. @throws Problem `not-found`, `forbidden`. */
export async function endProjectLink(database: Database, id: string, userId: string): Promise<void> {
  await requireProject(database, id, userId, 'own');
  await ProjectLink.query(database).findById(id).delete();
}

/**
 * Joins by a link. Who is in it already stays what they are.
 * @throws Problem `not-found`; `quota-exceeded`.
 */
export async function joinProject(
  { database, clock }: Deps,
  userId: string,
  token: string,
): Promise<{ projectId: string; isNew: boolean }> {
  return inTransaction(database, async (trx) => {
    // The account's row is the lock under which the projects are counted that a person has joined.
    await User.query(trx).findById(userId).select('id').forUpdate();
    const tokenHash = hashSecret(token);
    const named = await ProjectLink.query(trx).findOne({ tokenHash });
    const project = named && (await Project.query(trx).findById(named.projectId).forUpdate());
    const now = clock.now();
    // It may have been withdrawn while this waited.
    const link =
      project &&
      (await ProjectLink.query(trx).findOne({ tokenHash }).where('expiresAt', '>', now).forShare());
    const owner = link && (await User.query(trx).findById(project.userId).select('disabledAt'));
    if (!link || owner?.disabledAt !== null) throw unknownLink();
    const projectId = project.id;
    if (project.userId === userId || (await ProjectMember.query(trx).findById([projectId, userId])))
      return { projectId, isNew: false };
    if ((await ProjectMember.query(trx).where({ projectId }).resultSize()) >= membersAProject)
      throw new Problem(
        'quota-exceeded',
        `${membersAProject} people have joined this project, which is as many as may.`,
      );
    if ((await ProjectMember.query(trx).where({ userId }).resultSize()) >= joinedAPerson)
      throw new Problem(
        'quota-exceeded',
        `You have joined ${joinedAPerson} projects. Leave one that you no longer need.`,
      );
    await ProjectMember.query(trx).insert({ projectId, userId, role: link.role, joinedAt: now });
    return { projectId, isNew: true };
  });
}

export interface Person {
  id: string;
  /** Null for somebody who is known by Discord alone. */
  username: string | null;
}

export interface Sharing {
  members: (Person & Pick<ProjectMember, 'role' | 'joinedAt'>)[];
  link: Pick<ProjectLink, 'role' | 'expiresAt'> | undefined;
}

/** Whom its owner shares it with. @throws Problem `not-found`, `forbidden`. */
export async function readSharing({ database, clock }: Deps, id: string, userId: string): Promise<Sharing> {
  await requireProject(database, id, userId, 'own');
  const rows = await ProjectMember.query(database).where({ projectId: id }).orderBy('joinedAt');
  const people = await namePeople(
    database,
    rows.map((row) => row.userId),
  );
  const link = await ProjectLink.query(database).findById(id).where('expiresAt', '>', clock.now());
  const members = rows.map(({ userId: of, role, joinedAt }) => ({
    id: of,
    username: people.get(of) ?? null,
    role,
    joinedAt,
  }));
  return { members, link };
}

/** A repeat changes nothing. Who may not draw any more has no turn. @throws Problem `not-found`, `forbidden`. */
export async function changeMember(
  database: Database,
  id: string,
  userId: string,
  { memberId, role }: { memberId: string; role: Role },
): Promise<void> {
  await inTransaction(database, async (trx) => {
    const { project } = await lockProject(trx, id, userId, 'own');
    const changed = await ProjectMember.query(trx).findById([id, memberId]).patch({ role });
    if (changed === 0 && !(await ProjectMember.query(trx).findById([id, memberId]))) throw unknownMember();
    if (role === 'see') await endTurn(trx, project, memberId);
  });
}

const unknownMember = () => new Problem('not-found', 'This person is not in the project.');

/** Its owner takes somebody out, or somebody leaves; a repeat changes nothing. @throws Problem `not-found`, `forbidden`. */
export async function removeMember(
  database: Database,
  id: string,
  userId: string,
  memberId: string,
): Promise<void> {
  await inTransaction(database, async (trx) => {
    const { project } = await lockProject(trx, id, userId, memberId === userId ? 'see' : 'own');
    await ProjectMember.query(trx).findById([id, memberId]).delete();
    await endTurn(trx, project, memberId);
  });
}

const endTurn = async (trx: Transaction, { id, turnOf }: Project, userId: string): Promise<void> => {
  if (turnOf === userId) await Project.query(trx).findById(id).patch({ turnOf: null });
};

interface JoinedProject {
  project: Project;
  role: Role;
  owner: Person;
}

/** What others share with a person, the newest first; not that of somebody who is blocked. */
export async function listJoined(database: Database, userId: string): Promise<JoinedProject[]> {
  const rows = await ProjectMember.query(database).where({ userId }).orderBy('projectId', 'desc');
  const projects = await Project.query(database).findByIds(rows.map(({ projectId }) => projectId));
  const owners = await User.query(database)
    .findByIds(projects.map((project) => project.userId))
    .whereNull('disabledAt')
    .select('id', 'username');
  return rows.flatMap(({ projectId, role }) => {
    const project = projects.find((one) => one.id === projectId);
    const owner = owners.find((one) => one.id === project?.userId);
    return project && owner ? [{ project, role, owner }] : [];
  });
}

/** Which of these projects are drawn in turns: somebody has joined, or may by a link that works. */
export async function findShared(
  { database, clock }: { database: Database | Transaction; clock: Pick<Clock, 'now'> },
  ids: readonly string[],
): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const members = await ProjectMember.query(database)
    .distinct('projectId')
    .whereIn('projectId', [...ids]);
  const links = await ProjectLink.query(database)
    .select('projectId')
    .findByIds([...ids])
    .where('expiresAt', '>', clock.now());
  return new Set([...members, ...links].map(({ projectId }) => projectId));
}

interface Visit {
  /** `take`: to draw from now on; `keep`: one draws still; `give`: one has done. */
  wish?: 'take' | 'keep' | 'give' | undefined;
  /** The number of the turn that is kept or given back. */
  turn?: number | undefined;
}

export interface Meeting {
  project: Project;
  role: ProjectRole;
  isShared: boolean;
  /** Whose turn it is, unless they have been silent for too long. */
  drawing: Person | undefined;
  here: Person[];
}

/**
 * Somebody has the project open. Says who else has, and whose turn it is to draw.
 * @throws Problem `not-found`; `forbidden` for a turn of somebody who may only see it.
 */
export async function visitProject(
  { database, clock }: Deps,
  id: string,
  userId: string,
  { wish, turn }: Visit,
): Promise<Meeting> {
  const { role } = await requireProject(database, id, userId, wish === 'take' ? 'edit' : 'see');
  const now = clock.now();
  // Taken and read under one lock, so that of two pages of one person the later one alone has it.
  const project = await inTransaction(database, async (trx) => {
    const seen = { seenAt: now };
    if (role === 'own') await Project.query(trx).findById(id).patch(seen);
    else await ProjectMember.query(trx).findById([id, userId]).patch(seen);
    const query = Project.query(trx).findById(id);
    if (wish === 'take')
      await query
        .where((free) =>
          free
            .whereNull('turnOf')
            .orWhere('turnOf', userId)
            .orWhere('turnAt', '<', new Date(now.getTime() - silentMs)),
        )
        .patch({ turnOf: userId, turn: trx.raw('turn + 1'), turnAt: now });
    else if (wish !== undefined && turn !== undefined)
      await query.where({ turnOf: userId, turn }).patch(wish === 'keep' ? { turnAt: now } : { turnOf: null });
    return (await lockProject(trx, id, userId, 'see')).project;
  });
  const members = await ProjectMember.query(database).where({ projectId: id });
  const isHere = (seenAt: Date | null) => seenAt !== null && now.getTime() - seenAt.getTime() < hereMs;
  const seen = [{ userId: project.userId, seenAt: project.seenAt }, ...members];
  const here = seen.filter((one) => one.userId === userId || isHere(one.seenAt)).map((one) => one.userId);
  const drawingId = hasEnded(project, now) ? null : project.turnOf;
  const names = await namePeople(database, drawingId === null ? here : [...here, drawingId]);
  const present = (one: string): Person => ({ id: one, username: names.get(one) ?? null });
  return {
    project,
    role,
    isShared: (await findShared({ database, clock }, [id])).has(id),
    drawing: drawingId === null ? undefined : present(drawingId),
    here: here.map(present),
  };
}

const hasEnded = ({ turnAt }: Project, now: Date): boolean =>
  turnAt === null || now.getTime() - turnAt.getTime() > silentMs;
