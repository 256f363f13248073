import type { Database } from '../../ground/db/connect.ts';
import type { Role } from '../../ground/db/models/user.ts';
import { createFreshView, type ViewDeps } from '../../ground/runtime/freshView.ts';
import type { LiveSettings } from '../../ground/settings/liveSettings.ts';
import { listPersonPolicies } from './personPolicies.ts';
import { noQuotas, type QuotasInForce } from './quotas.ts';
import type { ReadRolePolicies } from './rolePolicies.ts';

interface Person {
  userId: string;
  role: Role;
}

/** The person's own before their role's before the setting; a second old at most. */
export type ReadQuotas = (person: Person) => Promise<QuotasInForce>;

const lifeMs = 1_000;

export function createQuotaReader(
  deps: ViewDeps & {
    database: Database;
    settings: Pick<LiveSettings, 'read'>;
    rolePolicies: ReadRolePolicies;
  },
): ReadQuotas {
  const people = createFreshView(deps, lifeMs, () => listPersonPolicies(deps.database));
  return async ({ userId, role }) => {
    const [settings, ofRoles, ofPeople] = await Promise.all([
      deps.settings.read(),
      deps.rolePolicies(),
      people.read(),
    ]);
    const own = ofPeople.get(userId) ?? noQuotas;
    const ofRole = ofRoles.get(role) ?? noQuotas;
    const { OPEN_TASKS_PER_USER, TASKS_PER_DAY, GPU_SECONDS_PER_DAY, UNPAID_TASKS_PER_DAY } = settings;
    return {
      openTasks: own.openTasks ?? ofRole.openTasks ?? OPEN_TASKS_PER_USER,
      tasksPerDay: own.tasksPerDay ?? ofRole.tasksPerDay ?? (TASKS_PER_DAY || null),
      gpuSecondsPerDay: own.gpuSecondsPerDay ?? ofRole.gpuSecondsPerDay ?? (GPU_SECONDS_PER_DAY || null),
      unpaidTasksPerDay: UNPAID_TASKS_PER_DAY || null,
      workflows: own.workflows ?? ofRole.workflows,
      models: own.models ?? ofRole.models,
    };
  };
}
