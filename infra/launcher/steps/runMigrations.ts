import { execFile } from 'node:child_process';
import { LaunchFailure } from '../failure.ts';

interface MigrationRun {
  root: string;
  env: Record<string, string>;
  stopped: AbortSignal;
}

const longestMigrationMs = 30 * 60_000;

/**
 * Brings the schema up to date, by the program that operators run too. Returns its last line, shortened.
 * @throws LaunchFailure with what it wrote when it fails.
 */
export function runMigrations({ root, env, stopped }: MigrationRun): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { cwd: root, env, signal: stopped, timeout: longestMigrationMs, maxBuffer: 10_000_000 };
    execFile(process.execPath, ['core/ground/db/main.ts'], options, (error, stdout, stderr) => {
      if (!error) resolve(shorten(stdout.trim().split('\n').at(-1) ?? ''));
      else if (stopped.aborted) reject(stopped.reason);
      else
        reject(
          new LaunchFailure(
            `The database could not be brought up to date.\n${(stderr || error.message).trim()}`,
          ),
        );
    });
  });
}

const mostNamed = 3;

/** A new database takes all of them, which nobody reads. */
function shorten(said: string): string {
  const names = said.split(', ');
  return names.length > mostNamed ? `${names.length} migrations, up to ${names.at(-1)}` : said;
}
