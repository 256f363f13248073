import type { OfferedWorkflowView } from '@star-graph/contract/admin/operatorWorkflows';
import type { WorkflowOnServers } from '@star-graph/core/library/catalogue/serverAbility';
import { priceOfExample } from '../catalogue/presentWorkflow.ts';

export function presentOffered(
  item: WorkflowOnServers,
  shipped: boolean,
  pricePercent: number,
): OfferedWorkflowView {
  const { name, version, title, description, engine } = item.workflow;
  return {
    name,
    version,
    shipped,
    title,
    description,
    exampleCost: priceOfExample(item, pricePercent),
    available: item.available,
    waiting: item.isWaiting,
    ...(engine && { model: engine.model }),
    ...(engine && engine.of !== name && { engineOf: engine.of }),
    servers: item.servers.map(({ id, name: server, isUp, runs, missing }) => ({
      id,
      name: server,
      up: isUp,
      runs,
      missing: [...missing],
    })),
  };
}
