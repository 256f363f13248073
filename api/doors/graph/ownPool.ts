import type { Inventory } from '@star-graph/core/comfy/comfy';
import type { Access } from '@star-graph/core/library/catalogue/models/access';
import { toObjectInfo } from '@star-graph/core/library/workflows/objectInfo';
import type { PersonCaller } from '@star-graph/core/people/identity/caller';
import type { MayUseClass } from '@star-graph/workflows/graph/allowedClasses';
import type { NodeClassInfo, ObjectInfo } from '@star-graph/workflows/graph/objectInfo';
import { findModelFolder } from '@star-graph/workflows/models/loaders';
import { accessOf } from '../../routes/catalogue/accessOf.ts';
import type { GraphDeps } from './graphDeps.ts';

/**
 * What the usable servers have, as far as this person may use it: one entry for each kind of server.
 * @param classes only these, of the hundreds that there are; undefined: all
 */
export async function readOwnPool(
  deps: Pick<GraphDeps, 'catalogue' | 'quotas' | 'settings' | 'mayUseClass'>,
  caller: PersonCaller,
  classes?: ReadonlySet<string>,
): Promise<ObjectInfo[]> {
  const [inventories, access] = await Promise.all([deps.catalogue.listInventories(), accessOf(deps, caller)]);
  return inventories.map((inventory) =>
    withRights(allowedPart(inventory, deps.mayUseClass), access, classes),
  );
}

/** Servers of a kind share one inventory, which is large. */
const parts = new WeakMap<Inventory, ObjectInfo>();

function allowedPart(inventory: Inventory, mayUse: MayUseClass): ObjectInfo {
  const known = parts.get(inventory);
  if (known) return known;
  const classes = Object.entries(inventory.classes).filter(([name, offered]) => mayUse(name, offered));
  const part = toObjectInfo({ ...inventory, classes: Object.fromEntries(classes) });
  parts.set(inventory, part);
  return part;
}

const withRights = (objectInfo: ObjectInfo, access: Access, classes?: ReadonlySet<string>): ObjectInfo =>
  Object.fromEntries(
    Object.entries(objectInfo).flatMap(([name, info]) =>
      classes === undefined || classes.has(name) ? [[name, withoutFiles(name, info, access)]] : [],
    ),
  );

/** Lists of model files without those that the person may not use, or must not know of. */
function withoutFiles(classType: string, info: NodeClassInfo, access: Access): NodeClassInfo {
  const readable = (inputs: Record<string, unknown> = {}) =>
    Object.fromEntries(
      Object.entries(inputs).map(([input, spec]) => {
        const folder = findModelFolder(classType, input);
        if (folder === undefined || !Array.isArray(spec)) return [input, spec];
        const [type, { options, ...display } = { options: [] as unknown[] }] = spec;
        const names = (Array.isArray(options) ? options : []).filter(
          (name) =>
            typeof name === 'string' &&
            !access.isHidden({ folder, name }) &&
            access.whyNotModel({ folder, name }) === undefined,
        );
        return [input, [type, { ...display, options: names }]];
      }),
    );
  const { required, optional } = info.input;
  return { ...info, input: { required: readable(required), optional: readable(optional) } };
}
