import { accessSync, constants, mkdirSync } from 'node:fs';
import { LaunchFailure } from '../failure.ts';

/** Makes the data directory where it is missing. @throws LaunchFailure when it cannot be written to. */
export function prepareDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === 'EEXIST' || code === 'ENOTDIR' ? 'a file is in the way' : code;
    throw new LaunchFailure(
      `Nothing can be kept in ${dataDir} (${why}). Set DATA_DIR to a folder that you may write to.`,
      { cause },
    );
  }
}
