import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ManifestError, readManifestFolder } from '@star-graph/workflows/manifest';
import type { Logger } from 'pino';
import type { Database } from '../../ground/db/connect.ts';
import { Problem } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { keepLooking } from '../../ground/runtime/keepLooking.ts';
import { addWorkflow, type WorkflowRules } from './storeWorkflow.ts';

interface Deps {
  database: Database;
  clock: Clock;
  logger: Pick<Logger, 'info' | 'warn'>;
  /** Called after a version was added. */
  onAdded: () => Promise<void>;
}

const lookEveryMs = 2_000;

/**
 * Stores every folder below `directory` that has a `manifest.json`, now and when its files change, until `stop`. It
 * polls, because network file systems and mounts send no notices of changes. A folder that is refused is named in the
 * log and the others go on. A folder that goes away removes nothing, because tasks may still name its version:
 * deactivate the version instead.
 */
export async function watchWorkflowFolder(
  deps: Deps,
  rules: WorkflowRules,
  directory: string,
): Promise<{ stop(): Promise<void> }> {
  const seen = new Map<string, string>();
  return keepLooking(deps, lookEveryMs, async () => {
    try {
      await takeChanged(deps, rules, directory, seen);
    } catch (err) {
      deps.logger.warn({ err, directory }, "the folder of operators' workflows cannot be read");
    }
  });
}

async function takeChanged(
  deps: Deps,
  rules: WorkflowRules,
  directory: string,
  seen: Map<string, string>,
): Promise<void> {
  const entries = await readdir(directory, { withFileTypes: true });
  let hasAdded = false;
  for (const { name } of entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink())) {
    const state = await readState(join(directory, name));
    if (state === undefined || seen.get(name) === state) continue;
    const isNew = await takeFolder(deps, rules, join(directory, name));
    // Set last: if the database did not answer, the folder is stored at the next poll.
    seen.set(name, state);
    hasAdded ||= isNew;
  }
  if (hasAdded) await deps.onAdded();
}

/** Changes when the files do; undefined without a manifest. */
async function readState(folder: string): Promise<string | undefined> {
  const files = await Promise.all(
    ['manifest.json', 'graph.json'].map((file) => stat(join(folder, file)).catch(() => undefined)),
  );
  return files[0] && files.map((file) => `${file?.mtimeMs}:${file?.size}`).join();
}

async function takeFolder(deps: Deps, rules: WorkflowRules, folder: string): Promise<boolean> {
  try {
    const { record, isNew } = await addWorkflow(deps, rules, null, await readManifestFolder(folder));
    const { name, version } = record;
    if (isNew) deps.logger.info({ workflow: name, version }, 'a workflow was added from the folder');
    return isNew;
  } catch (error) {
    if (!isFaultOfFolder(error)) throw error;
    const errors = error instanceof Problem ? error.errors : undefined;
    deps.logger.warn({ err: error, folder, errors }, 'a workflow in the folder cannot be taken');
    return false;
  }
}

const isFaultOfFolder = (error: unknown): error is Error =>
  error instanceof Problem ||
  error instanceof ManifestError ||
  // A missing or unreadable file.
  (error instanceof Error && 'code' in error && 'syscall' in error && error.syscall === 'open');
