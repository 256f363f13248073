import type { Workflow } from '@star-graph/workflows';
import { describeParams, type ParamSchema } from '@star-graph/workflows/paramsMeta';
import type { ApiDeps } from '../apiDeps.ts';
import type { Handlers } from './handler.ts';
import { pageByOffset } from './pages.ts';

export const createCatalogueHandlers = (deps: ApiDeps): Handlers<'listWorkflows' | 'listModels'> => ({
  async listWorkflows({ query }) {
    const page = pageByOffset(query, await deps.catalogue.listWorkflows());
    const items = page.items.map(async ({ workflow, available }) => {
      const { name, version, type, title, description, outputKind } = workflow;
      const params = describeWithOptions(workflow, await deps.catalogue.listOptions(workflow));
      return { name, version, type, title, description, outputKind, params, available };
    });
    return { items: await Promise.all(items), nextCursor: page.nextCursor };
  },
  async listModels({ query }) {
    return pageByOffset(query, await deps.catalogue.listModels());
  },
});

/** The JSON Schema of the parameters, with the names that the pool offers as enumerations. */
function describeWithOptions(
  workflow: Workflow,
  options: Readonly<Record<string, readonly string[]>>,
): ParamSchema {
  const schema = describeParams(workflow.params);
  const properties = { ...schema.properties };
  for (const [param, names] of Object.entries(options)) {
    const described = properties[param];
    const { property } = workflow.inventoryParams[param] ?? {};
    if (!described) continue;
    properties[param] =
      property === undefined ? { ...described, enum: names } : withItemNames(described, property, names);
  }
  return { ...schema, properties };
}

function withItemNames(list: ParamSchema, property: string, names: readonly string[]): ParamSchema {
  const item = list.items?.properties?.[property];
  if (!list.items || !item) return list;
  const properties = { ...list.items.properties, [property]: { ...item, enum: names } };
  return { ...list, items: { ...list.items, properties } };
}
