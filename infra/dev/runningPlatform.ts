import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const runningSchema = z.object({ url: z.url(), adminUsername: z.string() });

/** Where the platform of a data directory answers, for the programs beside it. */
export type RunningPlatform = z.output<typeof runningSchema>;

const fileOf = (dataDir: string): string => join(dataDir, 'running.json');

export function writeRunning(dataDir: string, running: RunningPlatform): void {
  const file = fileOf(dataDir);
  writeFileSync(`${file}.tmp`, `${JSON.stringify(running)}\n`, { mode: 0o600 });
  renameSync(`${file}.tmp`, file);
}

export const removeRunning = (dataDir: string): void => rmSync(fileOf(dataDir), { force: true });

/** Undefined when nothing was started here, or it was stopped. A crash leaves the address of what is gone. */
export function findRunning(dataDir: string): RunningPlatform | undefined {
  try {
    return runningSchema.parse(JSON.parse(readFileSync(fileOf(dataDir), 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
