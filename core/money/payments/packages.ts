import { type Actor, noteKeyOf, recordAct } from '../../ground/audit.ts';
import { type Database, inTransaction, isDuplicateEntry, type Transaction } from '../../ground/db/connect.ts';
import { CreditPackageRecord } from '../../ground/db/models/payment.ts';
import { Problem } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { isId } from '../../ground/runtime/ids.ts';

/** Credits for a price. */
interface CreditPackage {
  name: { en: string; 'zh-CN': string };
  credits: number;
  /** In the smallest unit of the currency: cents of EUR, yen of JPY. */
  amount: number;
  /** ISO 4217, upper case. */
  currency: string;
  /** Whether it can be ordered. */
  active: boolean;
}

export interface StoredPackage extends CreditPackage {
  id: string;
  version: number;
  changedAt: Date;
}

interface Deps {
  database: Database;
  clock: Clock;
}

/** What administrators wrote by hand. */
const mostPackages = 100;

/** The version in force of every package, oldest package first. */
export async function listPackages(
  database: Database | Transaction,
  { onlyActive }: { onlyActive: boolean },
): Promise<StoredPackage[]> {
  const rows = await CreditPackageRecord.query(database)
    .whereRaw('(id, version) IN (SELECT id, MAX(version) FROM credit_packages GROUP BY id)')
    .orderBy('id');
  return rows.filter(({ active }) => active || !onlyActive).map(toPackage);
}

function toPackage({ nameEn, nameZh, createdAt, ...row }: CreditPackageRecord): StoredPackage {
  const { id, version, credits, amount, currency, active } = row;
  const name = { en: nameEn, 'zh-CN': nameZh };
  return { id, version, name, credits, amount, currency, active, changedAt: createdAt };
}

export async function findPackage(
  trx: Database | Transaction,
  id: string,
): Promise<StoredPackage | undefined> {
  const row = isId(id)
    ? await CreditPackageRecord.query(trx).where({ id }).orderBy('version', 'desc').first()
    : undefined;
  return row && toPackage(row);
}

/**
 * Makes a package, or changes one. Orders that were made keep their price and credits.
 * @param id chosen by the caller, so that a repeated creation makes one package.
 * @param version the one that the change was made from; 0 makes it. A repeat of the change that made the next one
 * changes nothing.
 * @throws Problem `changed-meanwhile` when it is another one by now: of two simultaneous changes one is refused.
 */
export async function putPackage(
  deps: Deps,
  actor: Actor,
  id: string,
  { version, ...after }: CreditPackage & { version: number },
): Promise<StoredPackage> {
  const change = (trx: Transaction) => putNow(deps, trx, actor, id, { version, ...after });
  try {
    return await inTransaction(deps.database, change);
  } catch (error) {
    if (!isDuplicateEntry(error)) throw error;
    // Another change was first.
    return inTransaction(deps.database, change);
  }
}

async function putNow(
  deps: Deps,
  trx: Transaction,
  actor: Actor,
  id: string,
  { version, ...after }: CreditPackage & { version: number },
): Promise<StoredPackage> {
  const before = await findPackage(trx, id);
  const at = before?.version ?? 0;
  if (before && at === version + 1 && isSame(before, after)) return before;
  if (at !== version)
    throw new Problem(
      'changed-meanwhile',
      `This package is at version ${at} and not ${version}. Read it, and decide again.`,
    );
  if (!before && (await listPackages(trx, { onlyActive: false })).length >= mostPackages)
    throw new Problem('quota-exceeded', `There are ${mostPackages} packages. Change one that is not sold.`);
  const { name, ...rest } = after;
  const createdAt = deps.clock.now();
  const row = { id, version: version + 1, nameEn: name.en, nameZh: name['zh-CN'], ...rest, createdAt };
  // Its key decides between two who read the same version.
  await CreditPackageRecord.query(trx).insert(row);
  await recordAct(deps, trx, {
    actorId: actor.id,
    action: 'package.put',
    target: `package:${id}`,
    data: { before: before ? factsOf(before) : null, after, ...noteKeyOf(actor) },
  });
  return { id, version: version + 1, ...after, changedAt: createdAt };
}

const factsOf = ({ name, credits, amount, currency, active }: CreditPackage): CreditPackage => ({
  name,
  credits,
  amount,
  currency,
  active,
});

const isSame = (one: CreditPackage, other: CreditPackage): boolean =>
  JSON.stringify([one.name.en, one.name['zh-CN'], one.credits, one.amount, one.currency, one.active]) ===
  JSON.stringify([
    other.name.en,
    other.name['zh-CN'],
    other.credits,
    other.amount,
    other.currency,
    other.active,
  ]);
