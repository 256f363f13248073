import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const root = join(import.meta.dirname, '../../..');

const installLimitMs = 10 * 60_000;

/** The newest release before this one: its tag, `v1.2.3`, or its commit in a clone that was given no tags. */
export async function findLastRelease(): Promise<string> {
  const ask = async (...args: string[]) =>
    (await run('git', args, { cwd: root })).stdout.split('\n')[0] ?? '';
  const subject = '^release: [0-9]+[.][0-9]+[.][0-9]+$';
  const found =
    (await ask('tag', '--list', 'v*', '--merged', 'HEAD~1', '--sort=-v:refname')) ||
    (await ask('log', '-1', '--format=%h', '--extended-regexp', `--grep=${subject}`, 'HEAD~1'));
  if (found === '') throw new Error('There is no release before this one: git fetch --unshallow --tags.');
  return found;
}

/**
 * Puts the code of a release into an empty folder, with the packages of its lock file.
 * @throws with the words of git when the clone is too shallow: `git fetch --unshallow --tags` brings it in.
 */
export async function unpackRelease(release: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const archive = join(folder, 'release.tar');
  await run('git', ['archive', '--output', archive, release], { cwd: root });
  await run('tar', ['-xf', archive], { cwd: folder });
  const install = ['--yes', 'pnpm@12.21.0', 'install', '--frozen-lockfile', '--prefer-offline'];
  await run('npx', install, { cwd: folder, timeout: installLimitMs, maxBuffer: 10_000_000 });
}
