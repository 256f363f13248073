import type { OriginView } from '@star-graph/contract/assets/assets';
import { Problem } from '@star-graph/core/ground/errors';
import { requireAsset } from '@star-graph/core/library/assets/assets';
import { findOrigin, type Origin, type OriginDeps } from '@star-graph/core/library/assets/findOrigin';
import { defineHandlers } from '../handler.ts';

export const createOriginHandlers = (deps: OriginDeps) =>
  defineHandlers({
    async getAssetOrigin({ params, caller }) {
      const asset = await requireAsset(deps.database, params.id, caller.account.id);
      const origin = await findOrigin(deps, asset);
      if (!origin) throw new Problem('not-found', 'This picture was not made here, or no longer says so.');
      return presentOrigin(origin, caller.account.id);
    },
  });

/** A holder of the bytes can read their metadata anyway; the maker is shown only for public results. */
function presentOrigin(origin: Origin, userId: string): OriginView {
  if (origin.kind === 'claimed') {
    const { taskId, workflow, params = {}, seed, model } = origin.provenance;
    const version = Number(workflow.version);
    return {
      recorded: false,
      taskId,
      workflow: { name: workflow.name, version: Number.isSafeInteger(version) ? version : 0 },
      params: {
        ...params,
        ...(seed === undefined ? {} : { seed }),
        ...(model === undefined ? {} : { model }),
      },
    };
  }
  const { task, madeBy } = origin;
  const isOpen = task.userId === userId || task.meta.visibility === 'public';
  const [identity] = madeBy;
  return {
    recorded: true,
    taskId: task.id,
    workflow: { name: task.workflowName, version: task.workflowVersion },
    params: task.params,
    createdAt: task.createdAt.toISOString(),
    ...(task.parentId === null ? {} : { parentId: task.parentId }),
    ...(isOpen ? { cost: task.cost } : {}),
    ...(isOpen && identity ? { madeBy: `${identity.provider}:${identity.subject}` } : {}),
  };
}
