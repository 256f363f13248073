import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { LaunchFailure } from '../failure.ts';

/** `adminUsername` only where the kept password is this account's. */
const runningSchema = z.object({ url: z.url(), adminUsername: z.string().optional() });

/** Where the platform of a data directory answers, for the programs beside it. */
type RunningPlatform = z.output<typeof runningSchema>;

const fileOf = (dataDir: string): string => join(dataDir, 'running.json');

export function writeRunning(dataDir: string, running: RunningPlatform): void {
  const file = fileOf(dataDir);
  writeFileSync(`${file}.tmp`, `${JSON.stringify(running)}\n`, { mode: 0o600 });
  renameSync(`${file}.tmp`, file);
}

export const removeRunning = (dataDir: string): void => rmSync(fileOf(dataDir), { force: true });

/**
 * Undefined when no platform was started here, or it was stopped. A crash leaves an old address.
 * @throws LaunchFailure for a file that cannot be read or is damaged.
 */
export function findRunning(dataDir: string): RunningPlatform | undefined {
  const file = fileOf(dataDir);
  try {
    return runningSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new LaunchFailure(
      `${file} does not tell where the platform is. Stop the platform with Ctrl-C and start it again: that writes the file anew.`,
      { cause },
    );
  }
}
