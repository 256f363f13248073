import { findFaults } from '@star-graph/core/workflows/manifests';
import { proposeWorkflow } from '@star-graph/core/workflows/proposal';
import {
  activateVersion,
  addWorkflow,
  listVersions,
  requireVersion,
} from '@star-graph/core/workflows/storeWorkflow';
import type { ApiDeps } from '../apiDeps.ts';
import { presentManifest, presentVersion } from '../presenters/presentWorkflows.ts';
import type { Handlers } from './handler.ts';
import { pageByOffset } from './pages.ts';

type WorkflowOperation =
  | 'adminListWorkflows'
  | 'adminCreateWorkflow'
  | 'adminProposeWorkflow'
  | 'adminGetWorkflow'
  | 'adminPatchWorkflow';

export const createAdminWorkflowHandlers = (deps: ApiDeps): Handlers<WorkflowOperation> => ({
  async adminListWorkflows({ query }) {
    const { items, nextCursor } = pageByOffset(query, await listVersions(deps.database));
    return { items: items.map(presentVersion), nextCursor };
  },
  async adminCreateWorkflow({ body, caller, ctx }) {
    const rules = { ...deps.workflowRules, inventories: await deps.catalogue.listInventories() };
    const { record, isNew } = await addWorkflow(deps, rules, caller.account.id, body);
    if (!isNew) ctx.status = 200;
    await deps.catalogue.refresh();
    return presentVersion(record);
  },
  async adminProposeWorkflow({ body }) {
    const inventories = await deps.catalogue.listInventories();
    return proposeWorkflow(inventories, body.graph, deps.workflowRules.allowedClasses);
  },
  async adminGetWorkflow({ params }) {
    const record = await requireVersion(deps.database, params.name, params.version);
    return presentManifest(record, (manifest) => findFaults(manifest, deps.workflowRules.allowedClasses));
  },
  async adminPatchWorkflow({ params, body, caller }) {
    const record = await activateVersion(deps, caller.account.id, { ...params, active: body.active });
    await deps.catalogue.refresh();
    return presentVersion(record);
  },
});
