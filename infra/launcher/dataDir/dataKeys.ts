import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { LaunchFailure } from '../failure.ts';
import { findSecrets, secretsFileOf } from './secrets.ts';

/** The names of the data keys that the launcher keeps; the first encrypts. */
export const listDataKids = (dataDir: string): string[] => split(requireDataKeys(dataDir)).map(kidOf);

/** Puts a new data key before the others. Processes have it from the next start on. @returns its name. */
export function addDataKey(dataDir: string): string {
  const kid = randomBytes(4).toString('hex');
  const secret = randomBytes(32).toString('base64url');
  replaceDataKeys(dataDir, (keys) => [`${kid}:${secret}`, ...keys]);
  return kid;
}

/** Forgets data keys, never the first. @returns the names of those that were there. */
export function removeDataKeys(dataDir: string, kids: readonly string[]): string[] {
  const removed: string[] = [];
  replaceDataKeys(dataDir, ([first = '', ...others]) => {
    removed.push(...others.map(kidOf).filter((kid) => kids.includes(kid)));
    return [first, ...others.filter((key) => !kids.includes(kidOf(key)))];
  });
  return removed;
}

const split = (keys: string): string[] => keys.split(',').map((key) => key.trim());
const kidOf = (key: string): string => key.split(':')[0] ?? '';

function requireDataKeys(dataDir: string): string {
  const keys = findSecrets(dataDir)?.dataKeys;
  if (keys === undefined)
    throw new LaunchFailure(
      `${secretsFileOf(dataDir)} has no data keys. Start the platform once with "npm start", or set DATA_DIR to its folder.`,
    );
  return keys;
}

/** Whole or not at all: the file is written beside and renamed, unless another program changed it meanwhile. */
function replaceDataKeys(dataDir: string, change: (keys: string[]) => string[]): void {
  const file = secretsFileOf(dataDir);
  const keys = requireDataKeys(dataDir);
  const before = readFileSync(file, 'utf8');
  const after = { ...findSecrets(dataDir), dataKeys: change(split(keys)).join() };
  const beside = `${file}.${process.pid}.tmp`;
  writeFileSync(beside, `${JSON.stringify(after, null, 2)}\n`, { mode: 0o600 });
  if (readFileSync(file, 'utf8') !== before) {
    rmSync(beside);
    throw new LaunchFailure(`${file} was changed meanwhile. Run the command again.`);
  }
  renameSync(beside, file);
}
