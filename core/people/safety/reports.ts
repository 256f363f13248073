import { type Actor, noteKeyOf, recordAct } from '../../ground/audit.ts';
import { type Database, inTransaction, isDuplicateEntry, type Transaction } from '../../ground/db/connect.ts';
import { Asset } from '../../ground/db/models/asset.ts';
import { type GivenReason, Report, type ReportState } from '../../ground/db/models/quarantine.ts';
import { Task } from '../../ground/db/models/task.ts';
import { User } from '../../ground/db/models/user.ts';
import { Problem } from '../../ground/errors.ts';
import { isId, newId } from '../../ground/runtime/ids.ts';
import { isPublished } from './isPublished.ts';
import { type QuarantineDeps, withholdReported } from './quarantine.ts';
import { isShownInCollection } from './shownInCollections.ts';

/** A person's reports within a day. */
const reportsADay = 20;
const dayMs = 86_400_000;

/** One picture, or a task with all its results. */
type ReportTarget = { assetId: string } | { taskId: string };

export const targetOf = (target: ReportTarget): string =>
  'assetId' in target ? `asset:${target.assetId}` : `task:${target.taskId}`;

interface NewReport {
  target: ReportTarget;
  reason: GivenReason;
  text: string | null;
}

/**
 * Reports what a person can see: their own, what its owner has made public, and what is in their collections. The same person reports the same thing
 * once; a repeat finds the first report.
 * @throws Problem `not-found`; `quota-exceeded`.
 */
export async function reportContent(
  deps: QuarantineDeps,
  reporterId: string,
  report: NewReport,
): Promise<{ report: Report; isNew: boolean }> {
  const once = () => inTransaction(deps.database, (trx) => insertReport(deps, trx, reporterId, report));
  try {
    return await once();
  } catch (error) {
    if (!isDuplicateEntry(error)) throw error;
    return once();
  }
}

async function insertReport(
  deps: QuarantineDeps,
  trx: Transaction,
  reporterId: string,
  { target: what, reason, text }: NewReport,
): Promise<{ report: Report; isNew: boolean }> {
  // The account's row is the lock under which the person's reports are counted.
  await User.query(trx).findById(reporterId).select('id').forUpdate();
  const target = targetOf(what);
  const earlier = await Report.query(trx).findOne({ reporterId, target });
  if (earlier) return { report: earlier, isNew: false };
  const seen = await requireSeen(trx, reporterId, what);
  const createdAt = deps.clock.now();
  const since = new Date(createdAt.getTime() - dayMs);
  const made = await Report.query(trx).where({ reporterId }).where('createdAt', '>', since).resultSize();
  if (made >= reportsADay)
    throw new Problem('quota-exceeded', `You may report ${reportsADay} things a day. Go on tomorrow.`, {
      retryAfterSeconds: dayMs / 1_000,
    });
  const report = await Report.query(trx).insertAndFetch({
    id: newId(),
    reporterId,
    target,
    reason,
    text,
    createdAt,
    ownerId: seen.ownerId,
    taskId: seen.taskId,
    assetId: 'assetId' in what ? what.assetId : null,
    state: 'open',
    version: 1,
  });
  return { report, isNew: true };
}

/** What is missing, deleted, withheld or private to others looks the same. */
async function requireSeen(
  trx: Transaction,
  userId: string,
  target: ReportTarget,
): Promise<{ ownerId: string; taskId: string | null }> {
  const gone = new Problem('not-found', 'There is nothing to report under this id.');
  if (!isId('assetId' in target ? target.assetId : target.taskId)) throw gone;
  const asset =
    'assetId' in target
      ? await Asset.query(trx).findById(target.assetId).whereNull('deletedAt').whereNull('quarantinedAt')
      : undefined;
  const taskId = 'taskId' in target ? target.taskId : (asset?.taskId ?? null);
  const task = taskId === null ? undefined : await Task.query(trx).findById(taskId).select('userId', 'meta');
  const ownerId = 'taskId' in target ? task?.userId : asset?.userId;
  const isPublic =
    task?.meta.visibility === 'public' ||
    (await isPublished(trx, target)) ||
    ('assetId' in target && (await isShownInCollection(trx, target.assetId, userId)));
  if (ownerId === undefined || (ownerId !== userId && !isPublic)) throw gone;
  return { ownerId, taskId };
}

/** The newest first; `beforeId` continues a page. */
export async function listReports(
  database: Database,
  filter: { state?: ReportState },
  page: { limit: number; beforeId?: string },
): Promise<Report[]> {
  const query = Report.query(database).where(filter).orderBy('id', 'desc').limit(page.limit);
  return page.beforeId === undefined ? query : query.where('id', '<', page.beforeId);
}

/** What there is to look at, by report. */
export async function findReportedAssets(
  database: Database | Transaction,
  reports: readonly Report[],
): Promise<Map<string, Asset[]>> {
  const assetIds = reports.flatMap(({ assetId }) => assetId ?? []);
  const taskIds = reports.flatMap(({ assetId, taskId }) => (assetId === null ? (taskId ?? []) : []));
  const named = assetIds.length === 0 ? [] : await Asset.query(database).findByIds(assetIds);
  const made = taskIds.length === 0 ? [] : await Asset.query(database).whereIn('taskId', taskIds);
  const there = (assets: readonly Asset[]) => assets.filter(({ deletedAt }) => deletedAt === null);
  return new Map(
    reports.map(({ id, assetId, taskId }) => [
      id,
      assetId === null
        ? there(made).filter((asset) => asset.taskId === taskId)
        : there(named).filter((asset) => asset.id === assetId),
    ]),
  );
}

/** Whose it is that a report is about, if it is still open as it was read. */
export async function findOpenOwner(
  database: Database,
  reportId: string,
  version: number,
): Promise<string | undefined> {
  if (!isId(reportId)) return undefined;
  const report = await Report.query(database).findById(reportId).where({ state: 'open', version });
  return report?.ownerId;
}

function requireUndecided(
  report: Report | undefined,
  actor: Actor,
  version: number,
): asserts report is Report {
  if (!report) throw new Problem('not-found', 'There is no such report.');
  if (report.ownerId === actor.id)
    throw new Problem('forbidden', 'You cannot decide about what is yours. Ask another moderator.');
  if (report.state !== 'open' || report.version !== version)
    throw new Problem('changed-meanwhile', 'Another moderator has decided this report. Read it again.');
}

interface ReportDecision {
  version: number;
  decision: 'dismiss' | 'quarantine' | 'remove';
  /** Default: the reporter's. */
  reason?: GivenReason;
  /** Shown to the owner. */
  note: string | null;
}

const stateAfter = { dismiss: 'dismissed', quarantine: 'upheld', remove: 'upheld' } as const;

/**
 * Decides a report together with all open ones about the same: in one transaction with what is done to the pictures and
 * with its audit line. A repeat changes nothing.
 * @throws Problem `not-found`; `forbidden` about one's own; `changed-meanwhile`.
 */
export async function decideReport(
  deps: QuarantineDeps,
  actor: Actor,
  reportId: string,
  { version, decision, reason, note }: ReportDecision,
): Promise<Report> {
  return inTransaction(deps.database, async (trx) => {
    const before = isId(reportId) ? await Report.query(trx).findById(reportId).forUpdate() : undefined;
    if (before?.version === version + 1 && before.state === stateAfter[decision]) return before;
    requireUndecided(before, actor, version);
    const found = (await findReportedAssets(trx, [before])).get(before.id) ?? [];
    const grounds = { reason: reason ?? before.reason, note, removes: decision === 'remove' };
    for (const asset of decision === 'dismiss' ? [] : found)
      await withholdReported(deps, trx, actor, asset, grounds);
    const state = stateAfter[decision];
    const decidedAt = deps.clock.now();
    const { target } = before;
    const decided = await Report.query(trx)
      .where({ target, state: 'open' })
      .patch({ state, decidedAt, version: version + 1 });
    await recordAct(deps, trx, {
      actorId: actor.id,
      action: 'report.decide',
      target: `report:${reportId}`,
      data: {
        before: { state: before.state, version },
        after: { state, version: version + 1, decision, note },
        about: target,
        decidedReports: decided,
        ...noteKeyOf(actor),
      },
    });
    return Report.query(trx).findById(before.id).throwIfNotFound();
  });
}
