import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Holds packages that are unpacked and not installed. */
export const unpackedDir = fileURLToPath(
  new URL('../../../node_modules/.cache/star-graph-programs', import.meta.url),
);

/** Debian keeps servers outside a user's PATH; Homebrew keeps some formulas unlinked. */
const usualDirs = [
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/sbin',
  '/usr/bin',
  '/sbin',
  '/bin',
  '/opt/homebrew/bin',
  '/opt/homebrew/opt/mariadb/bin',
  '/usr/local/opt/mariadb/bin',
  join(unpackedDir, 'usr/sbin'),
  join(unpackedDir, 'usr/bin'),
];

/** Where programs are looked for: PATH first, then where servers usually live. */
export function listSearchDirs(path: string | undefined): string[] {
  return [...new Set([...(path ?? '').split(delimiter).filter(Boolean), ...usualDirs])];
}

/** The first executable file with one of these names, by name first and directory second. */
export function findExecutable(names: readonly string[], dirs: readonly string[]): string | undefined {
  const candidates = names.flatMap((name) => dirs.map((dir) => join(dir, name)));
  return candidates.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return statSync(file).isFile();
    } catch {
      return false;
    }
  });
}
