import { type ObjectInfo, parseInputs } from '../graph/objectInfo.ts';
import type { BackendInventory, InventoryClass } from '../models/requirements.ts';

/** A backend's inventory as requirements see it, from its `/object_info`. */
export function readInventory(objectInfo: ObjectInfo): BackendInventory {
  const classes = Object.entries(objectInfo).map(([name, info]): [string, InventoryClass] => {
    const outputs = info.output.map((output) => (typeof output === 'string' ? output : 'COMBO'));
    return [name, { outputs, inputs: parseInputs(info.input) }];
  });
  return { classes: Object.fromEntries(classes) };
}
