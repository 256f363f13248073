import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { rename, rm, statfs } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';
import { LaunchFailure } from '../failure.ts';

const run = promisify(execFile);

interface MariadbData {
  /** mariadb-install-db, absolute. */
  installDb: string;
  dir: string;
  dataDir: string;
  /** No other server's: what starts deletes the temporary tables that it finds. */
  tempDir: string;
  options: readonly string[];
}

const tries = 2;

/**
 * Made under another name and renamed: an interrupted first start leaves nothing that looks finished. One failure
 * may be a busy machine's; what it left is thrown away in any case.
 * @throws LaunchFailure with the reason that MariaDB gives.
 */
export async function createMariadbData(data: MariadbData): Promise<void> {
  if (existsSync(data.dataDir)) return;
  mkdirSync(data.dir, { recursive: true, mode: 0o700 });
  const unfinished = `${data.dataDir}.unfinished`;
  for (let left = tries - 1; ; left--) {
    await rm(unfinished, { recursive: true, force: true });
    try {
      await install(data, unfinished);
      break;
    } catch (cause) {
      if (left > 0) continue;
      const { bavail, bsize } = await statfs(data.dir);
      const reason = describeInstallFailure(cause as InstallOutput, bavail * bsize);
      throw new LaunchFailure(
        `MariaDB could not create its data in ${data.dir}. ${data.installDb} says:\n${reason}`,
        { cause },
      );
    }
  }
  await rename(unfinished, data.dataDir);
}

async function install({ installDb, tempDir, options }: MariadbData, unfinished: string): Promise<void> {
  // Root signs in only through the socket, as the user who runs the server; over TCP there is only our user.
  const args = [
    '--no-defaults',
    `--datadir=${unfinished}`,
    '--auth-root-authentication-method=socket',
    `--auth-root-socket-user=${userInfo().username}`,
    '--skip-test-db',
    ...options,
  ];
  await run(installDb, args, {
    timeout: 120_000,
    env: { PATH: process.env.PATH ?? '', LC_ALL: 'C', TMPDIR: tempDir },
    maxBuffer: 10_000_000,
  });
}

interface InstallOutput {
  stdout?: string;
  stderr?: string;
}

const linesShown = 6;
/** A new data directory has 160 MB. */
const roomNeededBytes = 400_000_000;

/** Its errors, then the end of what it said: the beginning is always the same. And the disk, where that is full. */
export function describeInstallFailure(
  { stdout = '', stderr = '' }: InstallOutput,
  freeBytes: number,
): string {
  const linesOf = (text: string) => text.split('\n').filter((line) => line.trim() !== '');
  const errors = [...linesOf(stderr), ...linesOf(stdout)].filter((line) => line.includes('[ERROR]'));
  const end = linesOf(stderr).slice(-linesShown);
  const said = [
    ...new Set([
      ...errors.slice(0, linesShown),
      ...(end.length > 0 ? end : linesOf(stdout).slice(-linesShown)),
    ]),
  ];
  const text = said.map((line) => `  ${line}`).join('\n');
  if (freeBytes >= roomNeededBytes) return text;
  return `${text}\nOnly ${Math.floor(freeBytes / 1_000_000)} MB are free there, and it needs ${roomNeededBytes / 1_000_000}. Make room, or set DATA_DIR to a folder on another disk.`;
}
