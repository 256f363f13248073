import type { AuditAction } from '@star-graph/workflows/shared/auditActions';
import { type Actor, noteKeyOf, recordAct } from '../../ground/audit.ts';
import { type Database, inTransaction, isDuplicateEntry, type Transaction } from '../../ground/db/connect.ts';
import { Asset } from '../../ground/db/models/asset.ts';
import {
  Quarantine,
  type QuarantineReason,
  type QuarantineState,
} from '../../ground/db/models/quarantine.ts';
import { Problem } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { isId, newId } from '../../ground/runtime/ids.ts';
import { withdrawAsset } from '../guilds/gallery.ts';
import type { Verdict } from './inspector.ts';

/*
 *            quarantine                release
 *   (none) ─────────────▶ quarantined ─────────▶ released
 *                          │   ▲                    │
 *                   remove │   └────────────────────┘ quarantine
 *                          ▼
 *                       removed
 *
 * Each move is made on the locked row, in one transaction with the assets that name the bytes and with its audit line:
 * a process that dies has made all of it or nothing. A move names the version that it was decided on. A repeat of the
 * move that made the next version changes nothing; any other change of that version is refused.
 */

export interface QuarantineDeps {
  database: Database;
  clock: Clock;
}

interface QuarantineGrounds {
  reason: QuarantineReason;
  /** Shown to the owner. */
  note: string | null;
}

const unknown = () => new Problem('not-found', 'There is no such quarantine.');

const changed = (version: number, read: number) =>
  new Problem(
    'changed-meanwhile',
    `This quarantine is at version ${version} and not ${read}. Read it, and decide again.`,
  );

/**
 * Withholds an asset and every copy of its bytes that its owner has.
 * @param version of its quarantine, as it was read; 0: it has none.
 * @throws Problem `not-found`; `changed-meanwhile`.
 */
export async function quarantineAsset(
  deps: QuarantineDeps,
  actor: Actor,
  assetId: string,
  { version, ...grounds }: QuarantineGrounds & { version: number },
): Promise<Quarantine> {
  const once = () =>
    inTransaction(deps.database, (trx) => withhold(deps, trx, actor, assetId, version, grounds));
  try {
    return await once();
  } catch (error) {
    if (!isDuplicateEntry(error)) throw error;
    // Another moderator was first.
    return once();
  }
}

async function withhold(
  deps: QuarantineDeps,
  trx: Transaction,
  actor: Actor,
  assetId: string,
  version: number,
  grounds: QuarantineGrounds,
): Promise<Quarantine> {
  const asset = isId(assetId) ? await Asset.query(trx).findById(assetId).whereNull('deletedAt') : undefined;
  if (!asset) throw new Problem('not-found', 'There is no such asset.');
  const before = await lockOf(trx, asset);
  if (before?.state === 'quarantined' && before.version === version + 1 && before.reason === grounds.reason)
    return before;
  if (before?.state === 'quarantined' || (before?.version ?? 0) !== version)
    throw changed(before?.version ?? 0, version);
  return withholdNow(deps, trx, actor, asset, before, grounds);
}

const lockOf = (trx: Transaction, { storageKey }: Asset): Promise<Quarantine | undefined> =>
  Quarantine.query(trx).findOne({ storageKey }).forUpdate().execute();

async function withholdNow(
  deps: QuarantineDeps,
  trx: Transaction,
  actor: Actor,
  asset: Asset,
  before: Quarantine | undefined,
  grounds: QuarantineGrounds,
): Promise<Quarantine> {
  const now = deps.clock.now();
  const row = { ...newQuarantine(asset, now), ...grounds, source: 'moderator' as const };
  const after = before
    ? await change(trx, before, now, { state: 'quarantined', ...grounds, source: 'moderator', ...noAppeal })
    : await Quarantine.query(trx).insertAndFetch(row);
  await withholdAssets(trx, asset.storageKey, now);
  await record(deps, trx, actor, 'asset.quarantine', before, after);
  return after;
}

/**
 * Part of a decision about something else that names the asset: it is withheld, whatever was decided before, and removed
 * if that is asked for.
 */
export async function withholdReported(
  deps: QuarantineDeps,
  trx: Transaction,
  actor: Actor,
  asset: Asset,
  { removes, ...grounds }: QuarantineGrounds & { removes: boolean },
): Promise<void> {
  const before = await lockOf(trx, asset);
  const isOpen = before !== undefined && before.state !== 'released';
  const withheld = isOpen ? before : await withholdNow(deps, trx, actor, asset, before, grounds);
  if (removes && withheld.state === 'quarantined') await settle(deps, trx, actor, withheld, 'remove', null);
}

const noAppeal = { appeal: null, appealState: null, appealedAt: null };

/** The first row of an asset's bytes, without its grounds. */
const newQuarantine = (
  {
    id: assetId,
    storageKey,
    sha256,
    userId,
    taskId,
  }: Pick<Asset, 'id' | 'storageKey' | 'sha256' | 'userId' | 'taskId'>,
  now: Date,
) => ({
  id: newId(),
  storageKey,
  sha256,
  assetId,
  userId,
  taskId,
  state: 'quarantined' as const,
  version: 1,
  createdAt: now,
  changedAt: now,
});

/** What a classifier found, as a row: see `Verdict`. */
export const classifiedRow = (
  asset: Parameters<typeof newQuarantine>[0],
  { kind, reason, scores }: Exclude<Verdict, { kind: 'clear' }>,
  now: Date,
) => ({
  ...newQuarantine(asset, now),
  reason,
  note: null,
  source: 'classifier' as const,
  state: kind === 'withheld' ? ('quarantined' as const) : ('released' as const),
  scores: scores === null ? null : JSON.stringify(scores),
});

async function withholdAssets(trx: Transaction, storageKey: string, now: Date): Promise<void> {
  await Asset.query(trx).where({ storageKey }).whereNull('quarantinedAt').patch({ quarantinedAt: now });
  for (const { id } of await Asset.query(trx).where({ storageKey }).select('id'))
    await withdrawAsset(trx, id, now);
}

/** What a classifier says of bytes that it could not look at before. @returns false if a moderator decided meanwhile. */
export async function settleUnchecked(
  deps: QuarantineDeps,
  { id, version }: Pick<Quarantine, 'id' | 'version'>,
  verdict: Verdict,
): Promise<boolean> {
  return inTransaction(deps.database, async (trx) => {
    const before = await lockQuarantine(trx, id);
    if (before.version !== version || before.state !== 'quarantined') return false;
    const found = verdict.kind === 'clear' ? {} : { reason: verdict.reason, scores: verdict.scores };
    const state = verdict.kind === 'withheld' ? ('quarantined' as const) : ('released' as const);
    const now = deps.clock.now();
    if (state === 'released')
      await Asset.query(trx).where({ storageKey: before.storageKey }).patch({ quarantinedAt: null });
    const after = await change(trx, before, now, { state, ...found });
    await record(deps, trx, { id: null, serviceKey: null }, 'quarantine.check', before, after);
    return true;
  });
}

const change = (
  trx: Transaction,
  { id, version }: Quarantine,
  changedAt: Date,
  values: Partial<Quarantine>,
) => Quarantine.query(trx).patchAndFetchById(id, { ...values, version: version + 1, changedAt });

/** What a moderator decides about withheld bytes. `uphold`: an appeal is rejected, and they stay withheld. */
type QuarantineDecision = 'release' | 'remove' | 'uphold';

const resultOf: Record<QuarantineDecision, QuarantineState> = {
  release: 'released',
  remove: 'removed',
  uphold: 'quarantined',
};

/**
 * @throws Problem `not-found`; `forbidden` about one's own; `changed-meanwhile`; `invalid-params` for `uphold` without an
 * appeal.
 */
export async function decideQuarantine(
  deps: QuarantineDeps,
  actor: Actor,
  quarantineId: string,
  { version, decision, note }: { version: number; decision: QuarantineDecision; note: string | null },
): Promise<Quarantine> {
  return inTransaction(deps.database, async (trx) => {
    const before = await lockQuarantine(trx, quarantineId);
    if (before.userId === actor.id)
      throw new Problem('forbidden', 'You cannot decide about what is yours. Ask another moderator.');
    const isRepeat = before.version === version + 1 && before.state === resultOf[decision];
    if (isRepeat && (decision !== 'uphold' || before.appealState === 'rejected')) return before;
    if (before.version !== version || before.state !== 'quarantined') throw changed(before.version, version);
    if (decision === 'uphold' && before.appealState !== 'open')
      throw new Problem('invalid-params', 'There is no open appeal. Release it, or remove it.', {
        errors: [{ pointer: '/decision', message: 'There is no appeal.' }],
      });
    return settle(deps, trx, actor, before, decision, note);
  });
}

async function settle(
  deps: QuarantineDeps,
  trx: Transaction,
  actor: Actor,
  before: Quarantine,
  decision: QuarantineDecision,
  note: string | null,
): Promise<Quarantine> {
  const now = deps.clock.now();
  const assets = () => Asset.query(trx).where({ storageKey: before.storageKey });
  if (decision === 'release') await assets().patch({ quarantinedAt: null });
  // They stay withheld, and a sweep removes the bytes.
  if (decision === 'remove') {
    await assets().whereNull('deletedAt').patch({ deletedAt: now, favourite: false });
    await assets().whereNotNull('restorableUntil').patch({ restorableUntil: null });
  }
  const answer = decision === 'release' ? ('granted' as const) : ('rejected' as const);
  const after = await change(trx, before, now, {
    state: resultOf[decision],
    ...(note === null ? {} : { note }),
    ...(before.appealState === 'open' ? { appealState: answer } : {}),
  });
  await record(deps, trx, actor, `quarantine.${decision}`, before, after);
  return after;
}

export async function lockQuarantine(trx: Transaction, quarantineId: string): Promise<Quarantine> {
  const found = isId(quarantineId)
    ? await Quarantine.query(trx).findById(quarantineId).forUpdate()
    : undefined;
  if (!found) throw unknown();
  return found;
}

async function record(
  deps: QuarantineDeps,
  trx: Transaction,
  actor: Omit<Actor, 'id'> & { id: string | null },
  action: AuditAction,
  before: Quarantine | undefined,
  after: Quarantine,
): Promise<void> {
  await recordAct(deps, trx, {
    actorId: actor.id,
    action,
    target: `asset:${after.assetId}`,
    data: {
      before: before ? recordedOf(before) : null,
      after: recordedOf(after),
      ...noteKeyOf(actor),
    },
  });
}

const recordedOf = ({ id, state, version, reason, note, appealState }: Quarantine) => ({
  quarantine: id,
  state,
  version,
  reason,
  note,
  appealState,
});
