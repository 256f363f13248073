import { loadTemplates } from './loadTemplates.ts';
import type { Workflow } from './workflow.ts';

/**
 * The workflows that ship with the platform, by name, with the earlier versions that tasks may still name. Node only:
 * the graphs are read from disk.
 */
export const builtinWorkflows: readonly Workflow[] = await loadTemplates();

// Of each name the last one stays: its current version.
const currentByName = new Map(builtinWorkflows.map((workflow) => [workflow.name, workflow]));

/** The current version of each. */
export const currentBuiltins: readonly Workflow[] = [...currentByName.values()];

export function findBuiltin(name: string): Workflow | undefined {
  return currentByName.get(name);
}
