import { readFile } from 'node:fs/promises';
import { type OpenKeys, recipientOf, type SealKeys } from '@star-graph/core/desk/backup/sealedFile';
import { LaunchFailure } from '../failure.ts';
import type { BackupEnv } from './backupConfig.ts';

export const canSeal = ({ BACKUP_RECIPIENTS, BACKUP_PASSPHRASE }: BackupEnv): boolean =>
  BACKUP_RECIPIENTS.length > 0 || BACKUP_PASSPHRASE !== undefined;

/** @throws LaunchFailure where the settings name nobody who could open the backup. */
export function requireSeal({ BACKUP_RECIPIENTS, BACKUP_PASSPHRASE }: BackupEnv): SealKeys {
  if (BACKUP_RECIPIENTS.length > 0) return { recipients: BACKUP_RECIPIENTS };
  if (BACKUP_PASSPHRASE !== undefined) return { passphrase: BACKUP_PASSPHRASE };
  throw new LaunchFailure(
    'Nobody could open the backup. Make an identity with npm run -s backup -- --new-identity, keep it elsewhere, and set BACKUP_RECIPIENTS to its public key; or set BACKUP_PASSPHRASE.',
  );
}

/** @throws LaunchFailure where there is neither an identity nor a passphrase. */
export async function readOpenKeys(
  { BACKUP_PASSPHRASE }: BackupEnv,
  identityFile: string | undefined,
): Promise<OpenKeys> {
  if (identityFile === undefined) {
    if (BACKUP_PASSPHRASE !== undefined) return { passphrase: BACKUP_PASSPHRASE };
    throw new LaunchFailure('Name the identity: --identity <file>. Or set BACKUP_PASSPHRASE.');
  }
  const text = await readFile(identityFile, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new LaunchFailure(`The identity ${identityFile} cannot be read (${cause.code}).`, { cause });
  });
  const identities = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (identities.length === 0 || !identities.every((one) => one.startsWith('AGE-SECRET-KEY-')))
    throw new LaunchFailure(`${identityFile} holds no identity: a line that begins with AGE-SECRET-KEY-.`);
  return { identities };
}

/** Whoever opens the backup can open the restore point. */
export async function sealForOpener(open: OpenKeys): Promise<SealKeys> {
  if ('passphrase' in open) return open;
  return { recipients: await Promise.all(open.identities.map(recipientOf)) };
}
