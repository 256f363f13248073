import type { Workflow } from '@star-graph/workflows';
import type { ModelName } from '@star-graph/workflows/models/modelEntry';
import type { Role } from '../../../ground/db/models/user.ts';
import { isAllowedModel, isAllowedWorkflow, type Quotas } from '../../../money/quotas/quotas.ts';
import { engineModel, type ModelEntries } from './entryIndex.ts';

/** Why a person may not use something: their policy, the roles of its entry, or its licence. */
type Refusal = 'policy' | 'role' | 'licence';

/** What a person may use. Lists, quotes and acceptances ask it, and nothing else decides. */
export interface Access {
  whyNotModel(model: ModelName): Refusal | undefined;
  whyNotWorkflow(workflow: Pick<Workflow, 'name' | 'engine'>): Refusal | undefined;
  /** Whether the person must not learn that it exists. */
  isHidden(model: ModelName): boolean;
}

interface AccessDeps {
  quotas: Pick<Quotas, 'workflows' | 'models'>;
  role: Role;
  entries: Pick<ModelEntries, 'find'>;
  /** What happens to models whose licence forbids selling. */
  licences: 'note' | 'refuse';
}

export function createAccess({ quotas, role, entries, licences }: AccessDeps): Access {
  const whyNotEntry = (model: ModelName): Refusal | undefined => {
    const { roles, licence } = entries.find(model);
    if (roles !== null && !roles.includes(role)) return 'role';
    return licences === 'refuse' && licence?.mayBeSold === 'no' ? 'licence' : undefined;
  };
  return {
    whyNotModel: (model) => (isAllowedModel(quotas, model) ? whyNotEntry(model) : 'policy'),
    whyNotWorkflow({ name, engine }) {
      if (!isAllowedWorkflow(quotas, name)) return 'policy';
      return engine && whyNotEntry(engineModel(engine));
    },
    isHidden: (model) => role !== 'admin' && entries.find(model).hidden === true,
  };
}
