import { spawn, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { LaunchFailure } from '../failure.ts';
import { type ProgramName, programFacts } from './systemPrograms.ts';
import { findExecutable, unpackedDir } from './tools.ts';

/** A way to bring in system packages that works here, for this user, without asking anything. */
export interface Installer {
  title: string;
  /**
   * @param onProgress percent of the whole, 0–100
   * @throws LaunchFailure with the package manager's own words
   */
  install(programs: readonly ProgramName[], onProgress: (percent: number) => void): Promise<void>;
}

/** Where programs are looked for, and whether they may be installed with the rights at hand. */
export interface InstallerEnvironment {
  searchDirs: readonly string[];
  isRoot: boolean;
}

/** apt with root's rights, or with sudo where that asks for no password; Homebrew; undefined where neither works. */
export function findInstaller({ searchDirs, isRoot }: InstallerEnvironment): Installer | undefined {
  const apt = findExecutable(['apt-get'], searchDirs);
  if (apt !== undefined) {
    const prefix = isRoot ? [] : findSudo(searchDirs);
    if (prefix !== undefined) return aptInstaller([...prefix, apt]);
  }
  const brew = findExecutable(['brew'], searchDirs);
  return brew === undefined || isRoot ? undefined : brewInstaller(brew);
}

/** What a person with the right to would type; undefined where no package manager is known. */
export function describeInstall(
  programs: readonly ProgramName[],
  searchDirs: readonly string[],
): string | undefined {
  if (findExecutable(['apt-get'], searchDirs))
    return `sudo apt-get install ${listAptPackages(programs).join(' ')}`;
  if (findExecutable(['brew'], searchDirs)) {
    const formulas = listBrewFormulas(programs);
    return formulas.length > 0 ? `brew install ${formulas.join(' ')}` : undefined;
  }
  return undefined;
}

function listAptPackages(programs: readonly ProgramName[]): string[] {
  return programs.flatMap((name) => programFacts[name].aptPackages);
}

function listBrewFormulas(programs: readonly ProgramName[]): string[] {
  return programs.flatMap((name) => programFacts[name].brewFormula ?? []);
}

function findSudo(searchDirs: readonly string[]): string[] | undefined {
  const sudo = findExecutable(['sudo'], searchDirs);
  if (sudo === undefined) return undefined;
  const allowed = spawnSync(sudo, ['-n', 'true'], { stdio: 'ignore', timeout: 10_000 }).status === 0;
  // `env` because sudo drops variables, and apt must not open a dialogue.
  return allowed ? [sudo, '-n', 'env', 'DEBIAN_FRONTEND=noninteractive'] : undefined;
}

function aptInstaller(apt: readonly string[]): Installer {
  return {
    title: 'apt',
    async install(programs, onProgress) {
      const installed = programs.filter((name) => !programFacts[name].isUnpacked);
      const unpacked = programs.filter((name) => programFacts[name].isUnpacked);
      if (unpacked.length > 0) await unpackWithApt(apt, listAptPackages(unpacked));
      if (installed.length === 0) return onProgress(100);
      const packages = listAptPackages(installed);
      const options = ['-y', '-o', 'DPkg::Lock::Timeout=120', '-o', 'APT::Status-Fd=1'];
      // --no-remove: another database server's packages may be in the way, and they are not ours to remove.
      const install = [...apt, 'install', ...options, '--no-remove', '--no-install-recommends', ...packages];
      // Fresh images and long-idle machines have no package lists, or lists of files that are gone.
      const first = await runInstaller(install, (percent) => onProgress(percent / 2));
      if (first.ok) return onProgress(100);
      await runInstaller([...apt, 'update', ...options], () => undefined);
      const second = await runInstaller(install, onProgress);
      if (second.ok) return onProgress(100);
      throw new LaunchFailure(`apt could not install ${packages.join(', ')}: ${second.reason}`);
    },
  };
}

/** Their services stay out of the system: nothing of them is registered, and no script of theirs runs. */
async function unpackWithApt(apt: readonly string[], packages: readonly string[]): Promise<void> {
  await mkdir(unpackedDir, { recursive: true });
  const downloads = await mkdtemp(join(unpackedDir, 'download-'));
  try {
    const download = [...apt, 'download', ...packages];
    let result = await runInstaller(download, () => undefined, downloads);
    if (!result.ok) {
      await runInstaller([...apt, 'update'], () => undefined);
      result = await runInstaller(download, () => undefined, downloads);
    }
    for (const file of result.ok ? await readdir(downloads) : []) {
      result = await runInstaller(['dpkg-deb', '-x', join(downloads, file), unpackedDir], () => undefined);
      if (!result.ok) break;
    }
    if (!result.ok) throw new LaunchFailure(`apt could not fetch ${packages.join(', ')}: ${result.reason}`);
  } finally {
    await rm(downloads, { recursive: true, force: true });
  }
}

function brewInstaller(brew: string): Installer {
  return {
    title: 'Homebrew',
    async install(programs, onProgress) {
      const formulas = listBrewFormulas(programs);
      for (const [index, formula] of formulas.entries()) {
        const result = await runInstaller([brew, 'install', formula], () => undefined);
        if (!result.ok) throw new LaunchFailure(`Homebrew could not install ${formula}: ${result.reason}`);
        onProgress(((index + 1) * 100) / formulas.length);
      }
    },
  };
}

type InstallerResult = { ok: true } | { ok: false; reason: string };

/**
 * Runs to the end, or half an hour. Among its lines apt writes `dlstatus:` while downloading and `pmstatus:` while
 * unpacking; to stdout, since sudo closes every other descriptor.
 */
function runInstaller(
  command: readonly string[],
  onProgress: (percent: number) => void,
  workingDir?: string,
): Promise<InstallerResult> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd: workingDir,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
    timeout: 30 * 60_000,
  });
  const errorLines: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => errorLines.push(line));
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [kind, , percent] = line.split(':');
    if (kind === 'dlstatus') onProgress(Number(percent) / 2);
    if (kind === 'pmstatus') onProgress(50 + Number(percent) / 2);
  });
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ ok: false, reason: error.message }));
    child.once('close', (code, signal) => {
      if (code === 0) return resolve({ ok: true });
      const errors = errorLines.filter((line) => line.startsWith('E:') || line.startsWith('Error:'));
      const lines = (errors.length > 0 ? errors : errorLines).slice(-3).join(' ');
      resolve({ ok: false, reason: lines || `it ended with ${signal ?? `code ${code}`}` });
    });
  });
}
