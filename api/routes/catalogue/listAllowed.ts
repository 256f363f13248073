import type { Catalogue } from '@star-graph/core/catalogue/catalogue';
import { isAllowedModel, isAllowedWorkflow, type Quotas } from '@star-graph/core/roles/quotas';
import { findModelFolder, type ModelFolder } from '@star-graph/workflows/models/loaders';
import type { ParamSchema } from '@star-graph/workflows/params/paramsMeta';
import type { WorkflowView } from '../../contract/catalogue/workflows.ts';

type Allowed = Pick<Quotas, 'workflows' | 'models'>;

/** The workflows that somebody may use, with the model files that they may choose. */
export function listAllowed(
  catalogue: Pick<Catalogue, 'findWorkflow'>,
  listed: readonly WorkflowView[],
  allowed: Allowed,
): readonly WorkflowView[] {
  const shown = listed.filter(({ name }) => isAllowedWorkflow(allowed, name));
  if (allowed.models === null) return shown;
  return shown.map((view) => {
    const workflow = catalogue.findWorkflow(view.name, view.version);
    const properties: Record<string, ParamSchema> = { ...(view.params as ParamSchema).properties };
    for (const [param, { classType, input, property }] of Object.entries(workflow?.inventoryParams ?? {})) {
      const folder = findModelFolder(classType, input);
      const described = properties[param];
      if (folder !== undefined && described)
        properties[param] =
          property === undefined
            ? narrow(described, folder, allowed)
            : narrowItems(described, property, folder, allowed);
    }
    return { ...view, params: { ...view.params, properties } };
  });
}

function narrow(
  { default: chosen, ...described }: ParamSchema,
  folder: ModelFolder,
  allowed: Allowed,
): ParamSchema {
  const names = described.enum?.filter(
    (name) => typeof name !== 'string' || isAllowedModel(allowed, { folder, name }),
  );
  const isKept = typeof chosen === 'string' && isAllowedModel(allowed, { folder, name: chosen });
  return {
    ...described,
    ...(names === undefined || names.length === 0 ? {} : { enum: names }),
    ...(isKept ? { default: chosen } : {}),
  };
}

function narrowItems(
  list: ParamSchema,
  property: string,
  folder: ModelFolder,
  allowed: Allowed,
): ParamSchema {
  const item = list.items?.properties?.[property];
  if (!list.items || !item) return list;
  const properties = { ...list.items.properties, [property]: narrow(item, folder, allowed) };
  return { ...list, items: { ...list.items, properties } };
}
