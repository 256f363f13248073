import { spawnSync } from 'node:child_process';
import { LaunchFailure } from '../failure.ts';
import { type ProgramName, programFacts } from './systemPrograms.ts';

const versionFlags: Partial<Record<ProgramName, readonly string[]>> = {
  ffmpeg: ['-version'],
  nginx: ['-v'],
  kubectl: ['version', '--client'],
};

/**
 * The version of an installed program, such as "11.8".
 * @throws LaunchFailure when it is older than the project supports, or does not run.
 */
export function requireVersion(name: ProgramName, file: string): string {
  const { title, versionPattern, oldestVersion } = programFacts[name];
  const result = spawnSync(file, versionFlags[name] ?? ['--version'], {
    encoding: 'utf8',
    timeout: 20_000,
    ...(name === 'redis' ? { argv0: 'redis-server' } : {}),
  });
  // nginx tells it on stderr.
  const match = versionPattern.exec(`${result.stdout ?? ''}${result.stderr ?? ''}`);
  if (!match) throw new LaunchFailure(`${file} does not tell a version of ${title}: is it another program?`);
  const version: [number, number] = [Number(match[1]), Number(match[2])];
  const isOld =
    version[0] < oldestVersion[0] || (version[0] === oldestVersion[0] && version[1] < oldestVersion[1]);
  if (isOld) {
    throw new LaunchFailure(
      `${file} is ${title} ${version.join('.')}; Star-Graph needs ${oldestVersion.join('.')} or newer. Install a newer one and put it on PATH${wayAround(name)}.`,
    );
  }
  return version.join('.');
}

/** How to do without the program, to end a sentence with. */
export function wayAround(name: ProgramName): string {
  if (name === 'mariadb') return ', or set DATABASE_URL to a MariaDB server (10.11 or later) of yours';
  if (name === 'redis') return ', or set REDIS_URL to a Redis server of yours';
  return '';
}
