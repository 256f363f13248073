import { loadTemplates } from './loadTemplates.ts';
import type { Workflow } from './workflow.ts';

/** The workflows that ship with the platform, by name. Node only: the graphs are read from disk. */
export const builtinWorkflows: readonly Workflow[] = await loadTemplates();

const byName = new Map(builtinWorkflows.map((workflow) => [workflow.name, workflow]));

export function findBuiltin(name: string): Workflow | undefined {
  return byName.get(name);
}
