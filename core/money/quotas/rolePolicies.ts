import { isDeepStrictEqual } from 'node:util';
import { type Actor, noteKeyOf, recordAct } from '../../ground/audit.ts';
import { type Database, inTransaction, isDuplicateEntry, type Transaction } from '../../ground/db/connect.ts';
import { type Role, RolePolicyRecord, roles } from '../../ground/db/models/user.ts';
import { Problem } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { createFreshView, type ViewDeps } from '../../ground/runtime/freshView.ts';
import { noQuotas, type Quotas, quotasOf } from './quotas.ts';

/** What each person of a role may have. */
interface RolePolicy extends Quotas {
  /** Their share of GPU-seconds beside others, as a multiple of an ordinary person's. */
  weight: number;
  /** Credits that they may fetch once a day; null: as `DAILY_GRANT` says. */
  dailyGrant: number | null;
}

export interface StoredRolePolicy extends RolePolicy {
  role: Role;
  /** Raised by each change; 0: it was never set. */
  version: number;
  /** Null: it was never set. */
  changedAt: Date | null;
}

const unset: RolePolicy = { weight: 1, dailyGrant: null, ...noQuotas };

/** The policies in force, of every role. */
export async function listRolePolicies(database: Database | Transaction): Promise<StoredRolePolicy[]> {
  const rows = await RolePolicyRecord.query(database).whereRaw(
    '(role, version) IN (SELECT role, MAX(version) FROM role_policies GROUP BY role)',
  );
  const byRole = new Map(rows.map((row) => [row.role, row]));
  return roles.map((role) => toPolicy(role, byRole.get(role)));
}

function toPolicy(role: Role, row: RolePolicyRecord | undefined): StoredRolePolicy {
  if (!row) return { role, version: 0, ...unset, changedAt: null };
  const { version, createdAt } = row;
  return { role, version, ...policyOf(row), changedAt: createdAt };
}

/**
 * Sets a role's policy.
 * @param version the one that the change was made from. A repeat of the change that made the next one changes nothing.
 * @throws Problem `changed-meanwhile` when it is another one by now: of two simultaneous changes one is refused.
 */
export async function changeRolePolicy(
  deps: { database: Database; clock: Clock },
  actor: Actor,
  role: Role,
  { version, ...after }: RolePolicy & { version: number },
): Promise<StoredRolePolicy> {
  const change = (trx: Transaction) => changeNow(deps, trx, actor, role, { version, ...after });
  try {
    return await inTransaction(deps.database, change);
  } catch (error) {
    if (!isDuplicateEntry(error)) throw error;
    // Another change was first.
    return inTransaction(deps.database, change);
  }
}

async function changeNow(
  deps: { clock: Clock },
  trx: Transaction,
  actor: Actor,
  role: Role,
  { version, ...after }: RolePolicy & { version: number },
): Promise<StoredRolePolicy> {
  const last = await RolePolicyRecord.query(trx).where({ role }).orderBy('version', 'desc').first();
  const before = toPolicy(role, last);
  if (before.version === version + 1 && isDeepStrictEqual(policyOf(before), policyOf(after))) return before;
  if (before.version !== version)
    throw new Problem(
      'changed-meanwhile',
      `This policy is at version ${before.version} and not ${version}. Read it, and decide again.`,
    );
  const createdAt = deps.clock.now();
  // Its key decides between two who read the same version.
  await RolePolicyRecord.query(trx).insert({ role, version: version + 1, ...after, createdAt });
  await recordAct(deps, trx, {
    actorId: actor.id,
    action: 'role.policy',
    target: `role:${role}`,
    data: { before: policyOf(before), after, ...noteKeyOf(actor) },
  });
  return { role, version: version + 1, ...after, changedAt: createdAt };
}

const policyOf = (from: RolePolicy): RolePolicy => ({
  weight: from.weight,
  dailyGrant: from.dailyGrant,
  ...quotasOf(from),
});

/**
 * The weight of a role at a time. A leader that begins counts with it what people got from earlier leaders.
 * @param since the earliest time that is asked for
 */
export async function readWeights(
  database: Database,
  since: Date,
): Promise<(role: Role, at: Date) => number> {
  const rows = await RolePolicyRecord.query(database)
    .whereRaw(
      `version >= COALESCE((SELECT MAX(version) FROM role_policies earlier
        WHERE earlier.role = role_policies.role AND earlier.created_at <= ?), 0)`,
      [since],
    )
    .orderBy('version');
  return (role, at) =>
    rows.findLast((row) => row.role === role && row.createdAt <= at)?.weight ?? unset.weight;
}

/** The policies in force, a second old at most. */
export type ReadRolePolicies = () => Promise<ReadonlyMap<Role, RolePolicy>>;

const lifeMs = 1_000;

export function createRolePolicyReader(deps: ViewDeps & { database: Database }): ReadRolePolicies {
  const view = createFreshView(deps, lifeMs, async () => {
    const policies = await listRolePolicies(deps.database);
    return new Map(policies.map((policy) => [policy.role, policy]));
  });
  return () => view.read();
}
