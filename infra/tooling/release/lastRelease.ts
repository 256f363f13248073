import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const root = join(import.meta.dirname, '../../..');

/** What stands for the last release until the first tag: the version whose schema is `0079_schema.ts`. */
const beforeTags = '717ca64b';

/** Programs that have moved since: what starts a release knows their places of today. */
const moved = [
  ['core/ground/db/main.ts', 'core/db/migrate/main.ts'],
  ['core/work/dispatch/main.ts', 'core/dispatch/main.ts'],
] as const;

const installLimitMs = 10 * 60_000;

/** The newest release before this one: its tag, `v1.2.3`, or a commit while there is no tag. */
export async function findLastRelease(): Promise<string> {
  const { stdout } = await run('git', ['tag', '--list', 'v*', '--merged', 'HEAD~1', '--sort=-v:refname'], {
    cwd: root,
  });
  return stdout.split('\n').find((tag) => tag !== '') ?? beforeTags;
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
  for (const [today, then] of moved) {
    const program = join(folder, today);
    if (existsSync(program)) continue;
    await mkdir(dirname(program), { recursive: true });
    await writeFile(program, `import '${relative(dirname(today), then)}';\n`);
  }
  const install = ['--yes', 'pnpm@12.21.0', 'install', '--frozen-lockfile', '--prefer-offline'];
  await run('npx', install, { cwd: folder, timeout: installLimitMs, maxBuffer: 10_000_000 });
}
