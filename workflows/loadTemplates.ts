import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import type { Workflow } from './workflow.ts';

const templatesUrl = new URL('./templates/', import.meta.url);

function isWorkflow(value: unknown): value is Workflow {
  return typeof value === 'object' && value !== null && 'name' in value && 'bind' in value;
}

async function listFolders(directory: URL): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted();
}

async function loadWorkflow(folder: URL, name: string): Promise<Workflow> {
  const file = new URL('workflow.ts', folder);
  const { workflow }: { workflow?: unknown } = await import(file.href);
  if (isWorkflow(workflow) && workflow.name === name) return workflow;
  throw new Error(`${file.pathname} must export "workflow", named "${name}"`);
}

async function loadEarlier(templateUrl: URL, current: Workflow): Promise<Workflow[]> {
  const earlierUrl = new URL('earlier/', templateUrl);
  if (!existsSync(earlierUrl)) return [];
  const versions = await Promise.all(
    (await listFolders(earlierUrl)).map(async (folder) => {
      const workflow = await loadWorkflow(new URL(`${folder}/`, earlierUrl), current.name);
      if (folder === `v${workflow.version}` && workflow.version < current.version) return workflow;
      throw new Error(
        `${current.name}/earlier/${folder} holds version ${workflow.version}: the folder must be called after it, and the current version (${current.version}) be higher`,
      );
    }),
  );
  return versions.toSorted((a, b) => a.version - b.version);
}

/**
 * Loads every folder of `templates/`: each has a `workflow.ts` that exports `workflow`, named like its folder, and
 * may keep versions before that one in `earlier/v<version>/`. Read from disk, not from a list, so that adding a
 * workflow is adding a folder. An invalid folder throws: a workflow that is silently missing is worse than a process
 * that does not start.
 * @returns the versions of each workflow together, its current one last.
 */
export async function loadTemplates(directory = templatesUrl): Promise<readonly Workflow[]> {
  const loaded = await Promise.all(
    (await listFolders(directory)).map(async (name) => {
      const templateUrl = new URL(`${name}/`, directory);
      const current = await loadWorkflow(templateUrl, name);
      return [...(await loadEarlier(templateUrl, current)), current];
    }),
  );
  return loaded.flat();
}
