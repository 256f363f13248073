import type { Logger } from 'pino';
import { isInputName, isRenewable } from '../../../comfy/inputFiles.ts';
import { outputSubfolder, taskIdOfOutput } from '../../../comfy/outputFiles.ts';
import { type OldFile, removeOldFiles, type SweptFolder } from '../../../comfy/removeOldFiles.ts';
import type { Database } from '../../../ground/db/connect.ts';
import { Attempt } from '../../../ground/db/models/backend.ts';
import { openStatuses, Task } from '../../../ground/db/models/task.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';

/*
 * If a dispatcher sees the folders of a ComfyUI server, it removes old files of ours: those with a name that only
 * Star-Graph gives, directly in the folder where it puts them, and not needed by an unfinished task.
 *
 * The name of an input does not say its task, and several tasks may share one. So each upload sets the file's time to
 * now, and no input is removed that is younger than the oldest unfinished attempt.
 */

/** Folders of ComfyUI servers as this machine sees them. They may be symbolic links; links inside are not followed. */
export interface ComfyFolders {
  inputDirs: readonly string[];
  outputDirs: readonly string[];
  /** The age at which a file may be removed. */
  ageMs: number;
}

interface FolderSweep {
  /** Checks all files once; may be cut off anywhere. @returns how many files it removed. */
  run(signal: AbortSignal): Promise<number>;
}

interface Deps {
  database: Database;
  clock: Clock;
  logger: Logger;
}

/** The clocks of file servers may differ from ours. */
const skewMs = 3_600_000;

export function createFolderSweep(deps: Deps, folders: ComfyFolders): FolderSweep {
  return {
    async run(signal) {
      let removed = 0;
      const beforeMs = deps.clock.now().getTime() - folders.ageMs;
      for (const dir of folders.inputDirs) {
        const part = { dir, isOurs: isInputName, beforeMs, isAged: isRenewable };
        removed += await sweepFolder(deps, { ...part, findKept: keepInputs(deps) }, signal);
      }
      for (const dir of folders.outputDirs) {
        const part = { dir, subfolder: outputSubfolder, isOurs: isOutputName, beforeMs };
        removed += await sweepFolder(deps, { ...part, findKept: keepOutputs(deps) }, signal);
      }
      if (removed > 0) deps.logger.info({ removed }, "old files in ComfyUI's folders were removed");
      return removed;
    },
  };
}

const isOutputName = (name: string): boolean => taskIdOfOutput(name) !== undefined;

/** A folder that is missing or read-only does not keep the others from being swept. */
async function sweepFolder(deps: Deps, folder: SweptFolder, signal: AbortSignal): Promise<number> {
  try {
    return await removeOldFiles(folder, signal);
  } catch (error) {
    signal.throwIfAborted();
    deps.logger.warn({ err: error, directory: folder.dir }, "a folder of ComfyUI's could not be swept");
    return 0;
  }
}

/** Every unfinished attempt began to upload its inputs after its assignment. */
function keepInputs({ database }: Pick<Deps, 'database'>): SweptFolder['findKept'] {
  return async () => {
    const row = await Attempt.query(database)
      .whereNot({ state: 'ended' })
      .min('assignedAt as assignedAt')
      .first();
    const sinceMs = row?.assignedAt ? row.assignedAt.getTime() - skewMs : Number.POSITIVE_INFINITY;
    return { paths: new Set(), sinceMs };
  };
}

/** The name of an output contains its task. */
function keepOutputs({ database }: Pick<Deps, 'database'>): SweptFolder['findKept'] {
  return async (files) => {
    const taskIdOf = ({ name }: OldFile): string => taskIdOfOutput(name) ?? '';
    const ids = [...new Set(files.map(taskIdOf))];
    const [tasks, attempts] = await Promise.all([
      Task.query(database).select('id').whereIn('id', ids).whereIn('status', openStatuses),
      // A cancelled task is over while its backend may still write.
      Attempt.query(database).select('taskId').whereIn('taskId', ids).whereNot({ state: 'ended' }),
    ]);
    const living = new Set([...tasks.map(({ id }) => id), ...attempts.map(({ taskId }) => taskId)]);
    const paths = new Set(files.filter((file) => living.has(taskIdOf(file))).map(({ path }) => path));
    return { paths, sinceMs: Number.POSITIVE_INFINITY };
  };
}
