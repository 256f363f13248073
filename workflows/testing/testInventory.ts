import { type ObjectInfo, parseInputs } from '../objectInfo.ts';
import type { BackendInventory, InventoryClass } from '../requirements.ts';

/** A backend's inventory as requirements see it, from its `/object_info`. */
export function readInventory(objectInfo: ObjectInfo): BackendInventory {
  const classes = Object.entries(objectInfo).map(([name, info]): [string, InventoryClass] => {
    const inputs = [...parseInputs(info)].map(([input, { isRequired, choices }]) => [
      input,
      { isRequired, choices: choices?.map(String) },
    ]);
    return [name, { inputs: Object.fromEntries(inputs) }];
  });
  return { classes: Object.fromEntries(classes) };
}
