import type { Stats } from 'node:fs';
import { lutimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Clock } from '../ground/runtime/clock.ts';
import type { ComfyClient } from './comfy.ts';

const inputName = /^[0-9a-f]{64}\.[a-z0-9]+$/;

export const isInputName = (name: string): boolean => inputName.test(name);

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
        if (error.code !== 'ENOENT')
          deps.logger.warn({ err: error }, 'the time of an input could not be set to now');
      }),
    ),
  );
}

/** We cannot set the time of another user's file, so it would look unused for ever: it is left alone. */
export function isRenewable({ uid }: Stats): boolean {
  const own = process.getuid?.();
  return own === undefined || own === 0 || own === uid;
}
