import { lutimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Clock } from '../runtime/clock.ts';
import type { ComfyClient } from './comfy.ts';

/*
 * ComfyUI keeps inputs and outputs in two folders and has no call that deletes a file. These are the names that only
 * Star-Graph gives there, so that its own old files can be told from those of others and removed.
 */

/** Below the output folder: the first part of the prefix of outputs. */
export const outputSubfolder = 'star-graph';

const inputName = /^[0-9a-f]{64}\.[a-z0-9]+$/;
const outputName = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})-\d+_/;

export const isInputName = (name: string): boolean => inputName.test(name);

/** By attempt, so that a repeated graph writes its own files instead of pointing at those of an earlier attempt. */
export const outputPrefixOf = ({ taskId, attempt }: { taskId: string; attempt: number }): string =>
  `${outputSubfolder}/${taskId}-${attempt}`;

/** The task that an output in our subfolder is of; undefined if its name is not ours. */
export const taskIdOfOutput = (name: string): string | undefined => outputName.exec(name)?.[1];

/**
 * Uploads an input under the hash of its bytes: a pending prompt cannot read other bytes under that name.
 * @param inputDirs folders of inputs that this machine sees. @returns how the server names it.
 */
export async function uploadInput(
  deps: { clock: Pick<Clock, 'now'>; logger: Logger; client: Pick<ComfyClient, 'upload'> },
  inputDirs: readonly string[],
  { sha256, ext, bytes }: { sha256: string; ext: string; bytes: Blob },
  signal: AbortSignal,
): Promise<string> {
  const name = `${sha256}.${ext}`;
  await renewInput(deps, inputDirs, name);
  return await deps.client.upload({ bytes, name }, signal);
}

/**
 * Sets the time of an existing input to now, since an upload of the same bytes does not change the file. If that is
 * not permitted, the sweep does not remove such files either.
 */
export async function renewInput(
  deps: { clock: Pick<Clock, 'now'>; logger: Logger },
  inputDirs: readonly string[],
  name: string,
): Promise<void> {
  const now = deps.clock.now();
  await Promise.all(
    inputDirs.map((dir) =>
      lutimes(join(dir, name), now, now).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') deps.logger.warn({ err: error }, 'an input could not be made young');
      }),
    ),
  );
}
