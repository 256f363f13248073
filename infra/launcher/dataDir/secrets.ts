import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LaunchFailure } from '../failure.ts';

/** The secrets that the launcher made for this data directory. */
export interface LauncherSecrets {
  /** The value of `JWT_KEYS`. */
  jwtKeys: string;
  /** The value of `DATA_KEYS`. */
  dataKeys: string;
  adminPassword: string;
  databasePassword: string;
  redisPassword: string;
  /** The value of `FILE_SIGNING_KEY`. */
  fileSigningKey: string;
}

const generators: Readonly<Record<keyof LauncherSecrets, () => string>> = {
  jwtKeys: () => `${randomBytes(4).toString('hex')}:${randomBytes(64).toString('base64url')}`,
  dataKeys: () => `${randomBytes(4).toString('hex')}:${randomBytes(32).toString('base64url')}`,
  // People read it from a screen and type it: hexadecimal has no look-alikes, and 80 bits cannot be guessed.
  adminPassword: () => (randomBytes(10).toString('hex').match(/.{5}/g) ?? []).join('-'),
  databasePassword: () => randomBytes(24).toString('hex'),
  redisPassword: () => randomBytes(24).toString('hex'),
  fileSigningKey: () => randomBytes(48).toString('base64url'),
};

export const secretsFileOf = (dataDir: string): string => join(dataDir, 'secrets.json');

/**
 * Reads `secrets.json`, readable by its owner only, and adds missing ones: the person's choice, else a random value.
 * Existing ones stay, since the data was made with them.
 * @throws LaunchFailure when the file cannot be understood, or is gone while data that was made with it is there:
 * guessing would lock the person out of the data.
 */
export function ensureSecrets(dataDir: string, chosen: Partial<LauncherSecrets> = {}): LauncherSecrets {
  const file = secretsFileOf(dataDir);
  const kept = findSecrets(dataDir) ?? requireFresh(dataDir);
  const secrets = fillSecrets(kept, chosen);
  if (Object.keys(secrets).some((name) => !(name in kept))) {
    writeFileSync(`${file}.tmp`, `${JSON.stringify({ ...kept, ...secrets }, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${file}.tmp`, file);
  }
  // A copied or restored directory may have lost the mode.
  chmodSync(file, 0o600);
  return secrets;
}

/** Kept ones first, then chosen ones, and random values for the rest. */
export function fillSecrets(
  kept: Partial<LauncherSecrets>,
  chosen: Partial<LauncherSecrets>,
): LauncherSecrets {
  const provide = (name: keyof LauncherSecrets) => kept[name] ?? chosen[name] ?? generators[name]();
  return {
    jwtKeys: provide('jwtKeys'),
    dataKeys: provide('dataKeys'),
    adminPassword: provide('adminPassword'),
    databasePassword: provide('databasePassword'),
    redisPassword: provide('redisPassword'),
    fileSigningKey: provide('fileSigningKey'),
  };
}

/** There are no secrets yet, and never were. */
function requireFresh(dataDir: string): Partial<LauncherSecrets> {
  const file = secretsFileOf(dataDir);
  if (existsSync(join(dataDir, 'mariadb')))
    throw new LaunchFailure(
      `${file} is gone, and the data in ${dataDir} was made with it. Put a copy of it back; if there is none, echo '{}' > ${file} makes new secrets: everybody signs in again, links that were given out end, and credentials of GPU servers have to be set anew.`,
    );
  return {};
}

/** The kept secrets, which may lack a newer one; undefined when there are none yet. */
export function findSecrets(dataDir: string): Partial<LauncherSecrets> | undefined {
  const file = secretsFileOf(dataDir);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const kept: unknown = JSON.parse(text);
    if (
      typeof kept === 'object' &&
      kept !== null &&
      Object.values(kept).every((s) => typeof s === 'string')
    ) {
      return kept;
    }
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  throw new LaunchFailure(
    `${file} is damaged: it holds the passwords of the data beside it. Put a copy of it back, or move ${dataDir} away to start afresh.`,
  );
}

/** Keeps a secret that was made or found elsewhere, for the next start. */
/** Whether a password was made here: one that a person chose is shown nowhere. */
export const isMadePassword = (password: string): boolean => /^([0-9a-f]{5}-){3}[0-9a-f]{5}$/.test(password);

export function keepSecret(dataDir: string, name: 'serviceKey' | 'adminPassword', secret: string): void {
  const file = secretsFileOf(dataDir);
  const kept = { ...findSecrets(dataDir), [name]: secret };
  writeFileSync(`${file}.tmp`, `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.tmp`, file);
}

/** Takes over the keys that a backup brought; the data was made with them. */
export function takeKeys(
  dataDir: string,
  keys: Partial<Pick<LauncherSecrets, 'jwtKeys' | 'dataKeys' | 'fileSigningKey'>>,
): void {
  const file = secretsFileOf(dataDir);
  const kept = { ...findSecrets(dataDir), ...keys };
  writeFileSync(`${file}.tmp`, `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.tmp`, file);
}

/** Undefined until a bot was started with this data. */
export function findServiceKey(dataDir: string): string | undefined {
  const kept: Record<string, string | undefined> = { ...findSecrets(dataDir) };
  return kept.serviceKey;
}
