import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import type { Catalogue } from '@star-graph/core/library/catalogue/catalogue';
import type { Access } from '@star-graph/core/library/catalogue/models/access';
import { findModelFolder, type ModelFolder } from '@star-graph/workflows/models/loaders';
import type { ParamSchema } from '@star-graph/workflows/params/paramsMeta';

/** The workflows that somebody may use, with the model files that they may choose. */
export function listAllowed(
  catalogue: Pick<Catalogue, 'findWorkflow'>,
  listed: readonly WorkflowView[],
  access: Access,
): readonly WorkflowView[] {
  const known = listed.map((view) => ({ view, workflow: catalogue.findWorkflow(view.name, view.version) }));
  const shown = known.filter(
    ({ view: { name }, workflow }) => access.whyNotWorkflow({ name, engine: workflow?.engine }) === undefined,
  );
  return shown.map(({ view, workflow }) => {
    const properties: Record<string, ParamSchema> = { ...(view.params as ParamSchema).properties };
    for (const [param, { classType, input, property }] of Object.entries(workflow?.inventoryParams ?? {})) {
      const folder = findModelFolder(classType, input);
      const described = properties[param];
      if (folder !== undefined && described)
        properties[param] =
          property === undefined
            ? narrow(described, folder, access)
            : narrowItems(described, property, folder, access);
    }
    return { ...view, params: { ...view.params, properties } };
  });
}

function narrow(
  { default: chosen, ...described }: ParamSchema,
  folder: ModelFolder,
  access: Access,
): ParamSchema {
  const isAllowed = (name: unknown) =>
    typeof name !== 'string' || access.whyNotModel({ folder, name }) === undefined;
  const names = described.enum?.filter(isAllowed);
  const shown = described['x-names'];
  const isKept = typeof chosen === 'string' && isAllowed(chosen);
  return {
    ...described,
    ...(names === undefined || names.length === 0 ? {} : { enum: names }),
    ...(shown && {
      'x-names': Object.fromEntries(Object.entries(shown).filter(([name]) => isAllowed(name))),
    }),
    ...(isKept ? { default: chosen } : {}),
  };
}

function narrowItems(list: ParamSchema, property: string, folder: ModelFolder, access: Access): ParamSchema {
  const item = list.items?.properties?.[property];
  if (!list.items || !item) return list;
  const properties = { ...list.items.properties, [property]: narrow(item, folder, access) };
  return { ...list, items: { ...list.items, properties } };
}
