import { accessSync, constants } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Finding, finding } from '@star-graph/core/desk/doctor/findings';
import type { Check } from '@star-graph/core/desk/doctor/runChecks';

/** A large upload, its copies and the log beside it. */
const fullBelow = 1024 ** 3;
const shortBelow = 10 * 1024 ** 3;
const shortShare = 0.1;

interface DiskDeps {
  readSpace(path: string): Promise<{ bavail: number; blocks: number; bsize: number }>;
}

/** Folders that are written to, by what for. One that does not exist yet is made in its parent. */
export const diskCheck = (deps: DiskDeps, folders: Readonly<Record<string, string>>): Check => ({
  name: 'disk',
  limitMs: 5_000,
  async run() {
    const looks = await Promise.all(
      Object.entries(folders).map(([name, path]) => look(deps, name, existing(path))),
    );
    return {
      summary: looks.map(({ free, name }) => `${name} ${inGigabytes(free)}`).join(', '),
      findings: looks.flatMap(({ findings }) => findings),
    };
  },
});

export const diskOf = (dataDir: string, backupDir: string): Check =>
  diskCheck(
    { readSpace: statfs },
    {
      DATA_DIR: dataDir,
      'temporary files': tmpdir(),
      ...(backupDir.startsWith(join(dataDir, '/')) ? {} : { BACKUP_DIR: backupDir }),
    },
  );

async function look(deps: DiskDeps, name: string, path: string) {
  const { bavail, blocks, bsize } = await deps.readSpace(path);
  const [free, all] = [bavail * bsize, blocks * bsize];
  return { name, free, findings: [...judgeSpace(name, path, free, all), ...judgeAccess(name, path)] };
}

function judgeSpace(name: string, path: string, free: number, all: number): Finding[] {
  const wayOut = `Free some of it or make it larger; RETENTION_DAYS and BACKUP_KEEP decide what is kept. See infra/docs/operating.md#what-grows.`;
  const what = `The disk of ${name} (${path}) has ${inGigabytes(free)} left of ${inGigabytes(all)}`;
  if (free < fullBelow) return [finding('disk-full', `${what}: uploads and results are refused.`, wayOut)];
  if (free < shortBelow && free < all * shortShare) return [finding('disk-short', `${what}.`, wayOut)];
  return [];
}

function judgeAccess(name: string, path: string): Finding[] {
  try {
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return [];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return [
      finding(
        'folder-not-writable',
        `Nothing can be kept in ${name} (${path}: ${code}).`,
        `Give the user of the processes the right to write there, or name another folder.`,
      ),
    ];
  }
}

function existing(path: string): string {
  try {
    accessSync(path);
    return path;
  } catch {
    return dirname(path) === path ? path : existing(dirname(path));
  }
}

const inGigabytes = (bytes: number): string => `${(bytes / 1024 ** 3).toFixed(1)} GB`;
