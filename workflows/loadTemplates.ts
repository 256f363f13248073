import { readdir } from 'node:fs/promises';
import type { Workflow } from './workflow.ts';

const templatesUrl = new URL('./templates/', import.meta.url);

function isWorkflow(value: unknown): value is Workflow {
  return typeof value === 'object' && value !== null && 'name' in value && 'bind' in value;
}

/**
 * Loads every folder of `templates/`: each has a `workflow.ts` that exports `workflow`, named like its folder.
 * Read from disk, not from a list, so that adding a workflow is adding a folder. A folder that does not hold to
 * this throws: a workflow that silently lacks is worse than a process that does not start.
 */
export async function loadTemplates(): Promise<readonly Workflow[]> {
  const entries = await readdir(templatesUrl, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  folders.sort();
  return Promise.all(
    folders.map(async (folder) => {
      const { workflow }: { workflow?: unknown } = await import(
        new URL(`${folder}/workflow.ts`, templatesUrl).href
      );
      if (!isWorkflow(workflow) || workflow.name !== folder) {
        throw new Error(`templates/${folder}/workflow.ts must export "workflow", named "${folder}"`);
      }
      return workflow;
    }),
  );
}
