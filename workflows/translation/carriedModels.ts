import { findModelFolder } from '../models/loaders.ts';
import { type ModelFamily, traitsOf } from '../models/modelFamilies.ts';
import type { Workflow } from '../workflow.ts';

/** Folders of the models that draw: what belongs to them has their family. */
const drawing: readonly string[] = ['checkpoints', 'diffusion_models'];

/** Of the model that draws; undefined: none does, or its name does not tell. */
export function familyOf(workflow: Workflow): ModelFamily | undefined {
  return workflow
    .models(workflow.example)
    .filter(({ folder }) => drawing.includes(folder))
    .map(({ name }) => traitsOf(name).family)
    .find((family) => family !== undefined);
}

export function mayCarryLoras(from: Workflow, to: Workflow): boolean {
  const family = familyOf(from);
  return family !== undefined && family === familyOf(to);
}

/** A file goes where the other workflow's own file is of the same folder and was made for the same. */
export function mayCarryFile(from: Workflow, to: Workflow, param: string, name: string): boolean {
  const [here, there] = [from.inventoryParams[param], to.inventoryParams[param]];
  if (!here || !there) return false;
  const folder = findModelFolder(here.classType, here.input);
  if (folder === undefined || folder !== findModelFolder(there.classType, there.input)) return false;
  const own = ownFile(to, param, folder);
  if (own === undefined) return false;
  const [ours, theirs] = [traitsOf(name), traitsOf(own)];
  const family = ours.family ?? traitsOf(ownFile(from, param, folder) ?? '').family;
  return (
    family !== undefined &&
    family === theirs.family &&
    ours.isInpainting === theirs.isInpainting &&
    ours.isDistilled === theirs.isDistilled
  );
}

/** What the workflow loads there when nobody chooses. */
function ownFile(workflow: Workflow, param: string, folder: string): string | undefined {
  const value = workflow.example[param];
  if (typeof value === 'string') return value;
  return workflow.models(workflow.example).find((model) => model.folder === folder)?.name;
}
