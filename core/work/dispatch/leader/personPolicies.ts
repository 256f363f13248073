import type { Database } from '../../../ground/db/connect.ts';
import { type Role, User } from '../../../ground/db/models/user.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { createFreshView } from '../../../ground/runtime/freshView.ts';
import { listPersonPolicies } from '../../../money/quotas/personPolicies.ts';
import type { Quotas } from '../../../money/quotas/quotas.ts';
import { createRolePolicyReader } from '../../../money/quotas/rolePolicies.ts';
import type { PersonPolicy } from '../planner/planInput.ts';

/** What people have of the pool, by their own policies and their roles. */
export interface PersonPolicies {
  /** Those of some people that differ from the default, two seconds old at most. */
  read(people: () => Iterable<string>): Promise<ReadonlyMap<string, PersonPolicy>>;
}

const lifeMs = 1_000;
const peopleAtOnce = 500;

export function createPersonPolicies(deps: {
  database: Database;
  clock: Pick<Clock, 'monotonicMs'>;
}): PersonPolicies {
  const readPolicies = createRolePolicyReader(deps);
  const ofPeople = createFreshView(deps, lifeMs, () => listPersonPolicies(deps.database));
  let roles = new Map<string, Role>();
  let readAtMs = Number.NEGATIVE_INFINITY;
  return {
    async read(people) {
      const [policies, own] = await Promise.all([readPolicies(), ofPeople.read()]);
      if (![...policies.values(), ...own.values()].some(isSet)) return noPolicies;
      if (deps.clock.monotonicMs() - readAtMs >= lifeMs) {
        roles = new Map();
        readAtMs = deps.clock.monotonicMs();
      }
      const all = new Set(people());
      const unknown = [...all].filter((userId) => !roles.has(userId));
      for (const [userId, role] of await readRoles(deps.database, unknown)) roles.set(userId, role);
      const found = new Map<string, PersonPolicy>();
      for (const userId of all) {
        const { weight = 1, simultaneousTasks = null } = policies.get(roles.get(userId) ?? 'user') ?? {};
        const policy = {
          weight,
          simultaneousTasks: own.get(userId)?.simultaneousTasks ?? simultaneousTasks,
        };
        if (isSet(policy)) found.set(userId, policy);
      }
      return found;
    },
  };
}

const noPolicies: ReadonlyMap<string, PersonPolicy> = new Map();

const isSet = ({
  weight = 1,
  simultaneousTasks,
}: Pick<Quotas, 'simultaneousTasks'> & { weight?: number }): boolean =>
  weight !== 1 || simultaneousTasks !== null;

async function readRoles(database: Database, userIds: readonly string[]): Promise<Map<string, Role>> {
  const roles = new Map<string, Role>();
  for (let start = 0; start < userIds.length; start += peopleAtOnce) {
    // Named: where it asks for many of all people, the server may read everybody's roles instead.
    const users = await User.query(database)
      .from(database.raw('users FORCE INDEX (PRIMARY)'))
      .select('id', 'role')
      .findByIds(userIds.slice(start, start + peopleAtOnce));
    for (const { id, role } of users) roles.set(id, role);
  }
  return roles;
}
