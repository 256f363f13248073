import { isDeepStrictEqual } from 'node:util';
import { recordAct } from '../../ground/audit.ts';
import type { Transaction } from '../../ground/db/connect.ts';
import { PersonPolicyRecord, User } from '../../ground/db/models/user.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { readPersonPolicy } from './personPolicies.ts';
import { noQuotas, type Quotas, quotasOf } from './quotas.ts';
import { listRolePolicies } from './rolePolicies.ts';

/** When accounts are joined: of what administrators set for either, the stricter holds. Joining lifts no limit. */
export async function joinPolicies(
  deps: { clock: Clock },
  trx: Transaction,
  from: Pick<User, 'id'>,
  intoId: string,
): Promise<void> {
  const theirs = await PersonPolicyRecord.query(trx).findById(from.id).forUpdate();
  if (!theirs) return;
  const { role } = await User.query(trx).select('role').findById(intoId).throwIfNotFound();
  const ofRole = (await listRolePolicies(trx)).find((policy) => policy.role === role) ?? noQuotas;
  await PersonPolicyRecord.query(trx).findById(intoId).forUpdate();
  const { version, ...own } = await readPersonPolicy(trx, intoId);
  const [before, after] = [quotasOf(own), tighten(quotasOf(own), ofRole, theirs)];
  if (isDeepStrictEqual(before, after)) return;
  const row = { userId: intoId, version: version + 1, ...after, changedAt: deps.clock.now() };
  if (version === 0) await PersonPolicyRecord.query(trx).insert(row);
  else await PersonPolicyRecord.query(trx).findById(intoId).patch(row);
  const data = { before, after, joined: from.id };
  await recordAct(deps, trx, { actorId: null, action: 'user.policy', target: `user:${intoId}`, data });
}

/** @param ofRole what holds where `own` says nothing. What `theirs` does not say stays. */
export function tighten(own: Quotas, ofRole: Quotas, theirs: Quotas): Quotas {
  const least = (name: 'openTasks' | 'simultaneousTasks' | 'tasksPerDay' | 'gpuSecondsPerDay') => {
    const [limit, held] = [theirs[name], own[name] ?? ofRole[name]];
    return limit === null || (held !== null && held <= limit) ? own[name] : limit;
  };
  return {
    openTasks: least('openTasks'),
    simultaneousTasks: least('simultaneousTasks'),
    tasksPerDay: least('tasksPerDay'),
    gpuSecondsPerDay: least('gpuSecondsPerDay'),
    workflows: common(own.workflows, ofRole.workflows, theirs.workflows, (both, limit) =>
      both.filter((name) => limit.includes(name)),
    ),
    models: common(own.models, ofRole.models, theirs.models, commonModels),
  };
}

type Names = readonly string[] | null;

function common(
  own: Names,
  ofRole: Names,
  theirs: Names,
  intersect: (held: readonly string[], limit: readonly string[]) => string[],
) {
  if (theirs === null) return own;
  const held = own ?? ofRole;
  return held === null ? theirs : intersect(held, theirs);
}

/** Folders that a list does not name are free. One of which both name nothing in common is closed by its bare name. */
function commonModels(held: readonly string[], limit: readonly string[]): string[] {
  const folderOf = (model: string) => model.slice(0, model.indexOf('/') + 1);
  const [heldFolders, limitFolders] = [new Set(held.map(folderOf)), new Set(limit.map(folderOf))];
  const kept = [
    ...held.filter((model) => !limitFolders.has(folderOf(model)) || limit.includes(model)),
    ...limit.filter((model) => !heldFolders.has(folderOf(model))),
  ];
  const open = new Set(kept.map(folderOf));
  return [...kept, ...[...heldFolders].filter((folder) => !open.has(folder))];
}
