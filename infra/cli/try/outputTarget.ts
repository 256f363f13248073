import { accessSync, constants, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { LaunchFailure } from '../../launcher/failure.ts';

/** What `-o` takes for standard output. */
export const stdoutName = '-';

/**
 * Asks whether the result can be saved there, before it is paid for.
 * @throws LaunchFailure with the way out.
 */
export function checkOutput({ dir, output }: { dir: string; output: string | undefined }): void {
  if (output === stdoutName) return;
  const path = resolve(dir, output ?? '.');
  const there = statSync(path, { throwIfNoEntry: false });
  if (output !== undefined && (there?.isDirectory() || output.endsWith('/')))
    throw new LaunchFailure(`${path} is a folder. Give -o the name of a file in it.`);
  if (output !== undefined && there && !there.isFile())
    throw new LaunchFailure(
      `${path} is no file that could be replaced. Give -o another name, or - for stdout.`,
    );
  const folder = output === undefined ? path : dirname(path);
  try {
    accessSync(`${folder}/`, constants.W_OK | constants.X_OK);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new LaunchFailure(
      code === 'ENOENT' || code === 'ENOTDIR'
        ? `There is no folder ${folder}. Make it, or choose another place with -o.`
        : `Nothing can be saved in ${folder} (${code}). Choose another place with -o.`,
      { cause },
    );
  }
}
