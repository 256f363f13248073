import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Environment } from '../launcherConfig.ts';

interface Surroundings {
  env: Environment;
  platform: NodeJS.Platform;
  /** Somebody reads what is printed, and may type. */
  isTerminal: boolean;
  isRoot: boolean;
}

/**
 * The program that opens an address for the person at this desktop. Undefined where there is no desktop: in CI, on a
 * server, over SSH, as root; and where `BROWSER=none` says so.
 */
export function findOpener({ env, platform, isTerminal, isRoot }: Surroundings): string | undefined {
  const isAway = env.CI !== undefined || env.SSH_CONNECTION !== undefined || env.BROWSER === 'none';
  if (!isTerminal || isRoot || isAway) return undefined;
  if (platform === 'darwin') return 'open';
  const hasDisplay = env.DISPLAY !== undefined || env.WAYLAND_DISPLAY !== undefined;
  return platform === 'linux' && hasDisplay ? 'xdg-open' : undefined;
}

const openTimeoutMs = 10_000;
const pageOf = (dataDir: string): string => join(dataDir, 'welcome.html');

/**
 * Opens the link by a page that only this user can read: the arguments of a program are seen by everybody on the
 * machine. @returns a sentence if it could not be opened
 */
export async function openLink(
  opener: string | undefined,
  { dataDir, link }: { dataDir: string; link: string },
): Promise<string | undefined> {
  if (opener === undefined) return undefined;
  const page = pageOf(dataDir);
  removePage(dataDir);
  writeFileSync(page, `<!doctype html><meta http-equiv="refresh" content="0; url=${link}">\n`, {
    mode: 0o600,
  });
  try {
    await promisify(execFile)(opener, [page], { timeout: openTimeoutMs });
    return undefined;
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
    return `No browser was opened (${reason}). Open the link above.`;
  }
}

export const removePage = (dataDir: string): void => rmSync(pageOf(dataDir), { force: true });
