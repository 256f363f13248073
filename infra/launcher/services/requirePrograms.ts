import { spawnSync } from 'node:child_process';
import { LaunchFailure } from '../failure.ts';
import { describeInstall, findInstaller, type Installer, type InstallerEnvironment } from './installer.ts';
import { locateProgram, type ProgramName, programFacts } from './systemPrograms.ts';

export interface LocatedProgram {
  /** Absolute paths, in the order the program's facts list them. */
  files: readonly string[];
  /** Such as "11.8". */
  version: string;
}

interface ProgramsDeps {
  environment: InstallerEnvironment;
  /** Says in a few words what is happening. */
  note(text: string): void;
}

interface FoundPrograms {
  found: Partial<Record<ProgramName, LocatedProgram>>;
  /** What is missing or too old still, and why, in sentences with the way out; undefined when nothing is. */
  shortfall: LaunchFailure | undefined;
}

/** Finds the programs, installing what is missing where that is possible without asking. */
export async function findPrograms(
  deps: ProgramsDeps,
  names: readonly ProgramName[],
): Promise<FoundPrograms> {
  const missing = names.filter((name) => !locateProgram(name, deps.environment.searchDirs));
  let reason: string | undefined;
  if (missing.length > 0) {
    const installer = findInstaller(deps.environment);
    reason = installer
      ? await installMissing(deps, installer, missing)
      : 'no package manager works here without a password';
  }
  const found: FoundPrograms['found'] = {};
  const faults: string[] = [];
  for (const name of names) {
    const files = locateProgram(name, deps.environment.searchDirs);
    if (!files?.[0]) continue;
    try {
      found[name] = { files, version: requireVersion(name, files[0]) };
    } catch (error) {
      if (!(error instanceof LaunchFailure)) throw error;
      faults.push(error.message);
    }
  }
  const absent = names.filter((name) => !locateProgram(name, deps.environment.searchDirs));
  if (absent.length > 0) faults.push(describeShortfall(deps, absent, reason));
  return { found, shortfall: faults.length > 0 ? new LaunchFailure(faults.join('\n')) : undefined };
}

/** As `findPrograms`, for callers that cannot do without any of them. */
export async function requirePrograms<Name extends ProgramName>(
  deps: ProgramsDeps,
  names: readonly Name[],
): Promise<Record<Name, LocatedProgram>> {
  const { found, shortfall } = await findPrograms(deps, names);
  if (shortfall) throw shortfall;
  return found as Record<Name, LocatedProgram>;
}

async function installMissing(
  { note }: ProgramsDeps,
  installer: Installer,
  missing: readonly ProgramName[],
): Promise<string | undefined> {
  const titles = missing.map((name) => programFacts[name].title).join(', ');
  note(`installing ${titles} with ${installer.title}`);
  let shown = 0;
  try {
    await installer.install(missing, (percent) => {
      if (percent < shown + 10) return;
      shown = Math.floor(percent / 10) * 10;
      note(`installing ${titles} with ${installer.title}: ${shown} %`);
    });
    return undefined;
  } catch (error) {
    if (error instanceof LaunchFailure) return error.message;
    throw error;
  }
}

function describeShortfall(
  { environment }: ProgramsDeps,
  absent: readonly ProgramName[],
  reason: string | undefined,
): string {
  const titles = new Intl.ListFormat('en').format(absent.map((name) => programFacts[name].title));
  const byHand = describeInstall(absent, environment.searchDirs);
  const wayOut = byHand === undefined ? `Install ${titles} with your system's packages` : `Run: ${byHand}`;
  const ways = absent.map(wayAround).join('');
  const why = reason === undefined ? '' : ` (${reason})`;
  return `${titles} ${absent.length > 1 ? 'are' : 'is'} not installed${why}. ${wayOut}${ways}.`;
}

const versionFlags: Partial<Record<ProgramName, readonly string[]>> = {
  caddy: ['version'],
  ffmpeg: ['-version'],
  nginx: ['-v'],
  kubectl: ['version', '--client'],
};

/**
 * The version of an installed program, such as "11.8".
 * @throws LaunchFailure when it is older than the project supports, or does not run.
 */
function requireVersion(name: ProgramName, file: string): string {
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
function wayAround(name: ProgramName): string {
  if (name === 'mariadb') return ', or set DATABASE_URL to a MariaDB server (10.11 or later) of yours';
  if (name === 'redis') return ', or set REDIS_URL to a Redis server of yours';
  return '';
}
