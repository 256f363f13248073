import { type Database, inSnapshot, isDuplicateEntry } from '../../ground/db/connect.ts';
import { LedgerCheckRecord, type LedgerFindings } from '../../ground/db/models/ledgerCheck.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { newId } from '../../ground/runtime/ids.ts';
import { checkPage, findTransferAt, firstPosition, nothingFound } from './ledgerPasses.ts';

/*
 * A small ledger is checked at each question. A large one is checked in parts by the leading dispatcher, once a day
 * and after a question. The position is saved after each part, so that the next leader goes on.
 */

interface LedgerCheck extends LedgerFindings {
  /** The ledger adds up, every balance equals its entries and every hold belongs to an open task. */
  ok: boolean;
}

/** Up to so many transfers are checked inside a request: well under a second. */
const smallLedger = 10_000;
/** A second question soon after gets the earlier check. */
const freshMs = 10 * 60_000;
const dayMs = 24 * 3_600_000;
/** Complete checks that are kept for comparison. */
const kept = 30;

/** Adds up the whole ledger in one consistent read. */
export function checkLedger(database: Database): Promise<LedgerCheck> {
  return inSnapshot(database, async (trx) => {
    let findings = nothingFound;
    for (let position = firstPosition; ; ) {
      const page = await checkPage(trx, position, findings);
      findings = page.findings;
      if (!page.position) return present(findings);
      position = page.position;
    }
  });
}

const present = (findings: LedgerFindings): LedgerCheck => ({ ok: isSound(findings), ...findings });

const isSound = ({ imbalance, wrongTransfers, wrongBalances, wrongHolds }: LedgerFindings): boolean =>
  imbalance === 0 && wrongTransfers === 0 && wrongBalances === 0 && wrongHolds === 0;

interface Deps {
  database: Database;
  clock: Clock;
}

/** What is known about the ledger now. */
export interface LedgerReport extends LedgerCheck {
  /** When the reported check began; undefined: a large ledger that was never checked to its end. */
  checkedAt: Date | undefined;
  /** The running check, with its findings so far. */
  underWay: { startedAt: Date; findings: LedgerFindings } | undefined;
}

/**
 * A small ledger is checked now, to the last credit. For a large one: the last complete check, and the running one,
 * which begins here if the last is old. The ledger is sound only if neither found a fault.
 */
export async function reportLedger(deps: Deps): Promise<LedgerReport> {
  if ((await findTransferAt(deps.database, '', smallLedger)) === undefined)
    return { ...(await checkLedger(deps.database)), checkedAt: deps.clock.now(), underWay: undefined };
  const complete = await findComplete(deps);
  const running = isDue(deps, complete, freshMs) ? await requireRunning(deps) : await findRunning(deps);
  const findings = complete?.findings ?? running?.findings ?? nothingFound;
  return {
    ...findings,
    ok: complete !== undefined && isSound(findings) && (!running || isSound(running.findings)),
    checkedAt: complete?.startedAt,
    underWay: running && { startedAt: running.startedAt, findings: running.findings },
  };
}

const findComplete = ({ database }: Pick<Deps, 'database'>) =>
  LedgerCheckRecord.query(database).whereNotNull('finishedAt').orderBy('finishedAt', 'desc').first();

/** The last complete check; undefined before the first. */
export const readLastCheck = (database: Database): Promise<LedgerCheckRecord | undefined> =>
  Promise.resolve(findComplete({ database }));

const findRunning = ({ database }: Pick<Deps, 'database'>) =>
  LedgerCheckRecord.query(database).findOne({ running: 1 });

const isDue = ({ clock }: Deps, complete: LedgerCheckRecord | undefined, ageMs: number): boolean =>
  !complete || clock.now().getTime() - complete.startedAt.getTime() >= ageMs;

/** The running check; begins one where there is none. */
async function requireRunning(deps: Deps): Promise<LedgerCheckRecord | undefined> {
  const running = await findRunning(deps);
  if (running) return running;
  try {
    await LedgerCheckRecord.query(deps.database).insert({
      id: newId(),
      startedAt: deps.clock.now(),
      finishedAt: null,
      running: 1,
      revision: 0,
      position: firstPosition,
      findings: nothingFound,
    });
  } catch (error) {
    // Another process began it meanwhile.
    if (!isDuplicateEntry(error)) throw error;
  }
  return findRunning(deps);
}

/**
 * Continues the running check for about the given time, or begins one when the last is a day old. It may be cut off
 * anywhere or run twice: then the same part is done again, and counted once.
 * @returns the findings of a check that is now complete.
 */
export async function checkLedgerPart(
  deps: Deps,
  limit: { budgetMs: number; signal: AbortSignal },
): Promise<LedgerCheck | undefined> {
  let running = await findRunning(deps);
  if (!running && isDue(deps, await findComplete(deps), dayMs)) running = await requireRunning(deps);
  if (!running) return undefined;
  const { id, revision } = running;
  const part = await checkFor(deps, running, limit);
  const isComplete = part.position === undefined;
  const saved = await LedgerCheckRecord.query(deps.database)
    .findById(id)
    .where({ revision, running: 1 })
    .patch({
      position: part.position ?? running.position,
      findings: part.findings,
      revision: revision + 1,
      ...(isComplete ? { running: null, finishedAt: deps.clock.now() } : {}),
    });
  if (!isComplete || saved === 0) return undefined;
  await forgetOld(deps);
  return present(part.findings);
}

type Progress = Awaited<ReturnType<typeof checkPage>>;

const checkFor = (
  { database, clock }: Deps,
  { position, findings }: LedgerCheckRecord,
  { budgetMs, signal }: { budgetMs: number; signal: AbortSignal },
): Promise<Progress> =>
  inSnapshot(database, async (trx) => {
    const startedMs = clock.monotonicMs();
    let progress = await checkPage(trx, position, findings);
    while (progress.position && !signal.aborted && clock.monotonicMs() - startedMs < budgetMs)
      progress = await checkPage(trx, progress.position, progress.findings);
    return progress;
  });

async function forgetOld({ database }: Deps): Promise<void> {
  const oldest = await LedgerCheckRecord.query(database)
    .select('id')
    .whereNotNull('finishedAt')
    .orderBy('finishedAt', 'desc')
    .offset(kept)
    .limit(kept);
  if (oldest.length > 0)
    await LedgerCheckRecord.query(database)
      .findByIds(oldest.map(({ id }) => id))
      .delete();
}
