import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';

/** Who can open a backup: the holders of these recipients' identities, or whoever knows the passphrase. */
export type SealKeys = { recipients: readonly string[] } | { passphrase: string };

/** What opens it: identities (`AGE-SECRET-KEY-1…`), or the passphrase. */
export type OpenKeys = { identities: readonly string[] } | { passphrase: string };

/** Begins the name of a backup that is being written, or whose writer died. */
export const unfinishedPrefix = '.unfinished-';

export const unfinishedPath = (path: string): string =>
  join(dirname(path), `${unfinishedPrefix}${basename(path)}-${randomUUID()}`);

/**
 * Encrypts a stream into a file. The file gets its name when every byte of it is on the disk: what a dead writer left
 * is never taken for a backup.
 * @throws what the source, the disk or the encryption fails with; then there is no file.
 */
export async function sealFile(path: string, keys: SealKeys, source: Readable): Promise<void> {
  const unfinished = unfinishedPath(path);
  try {
    const sealed = await createEncrypter(keys).encrypt(toWeb(source));
    const file = createWriteStream(unfinished, { flags: 'wx', mode: 0o600, flush: true });
    await pipeline(fromWeb(sealed), file);
    await rename(unfinished, path);
    await syncDirectory(dirname(path));
  } catch (error) {
    source.destroy();
    await rm(unfinished, { force: true });
    throw error;
  }
}

/**
 * The decrypted bytes. A changed byte and a missing end show as an error of the stream, before the changed part is
 * handed out.
 */
export async function openSealedFile(path: string, keys: OpenKeys): Promise<Readable> {
  const decrypter = new Decrypter();
  if ('passphrase' in keys) decrypter.addPassphrase(keys.passphrase);
  else for (const identity of keys.identities) decrypter.addIdentity(identity);
  return fromWeb(await decrypter.decrypt(toWeb(createReadStream(path))));
}

function createEncrypter(keys: SealKeys): Encrypter {
  const encrypter = new Encrypter();
  if ('passphrase' in keys) encrypter.setPassphrase(keys.passphrase);
  else for (const recipient of keys.recipients) encrypter.addRecipient(recipient);
  return encrypter;
}

// The same streams by two names: one of Node's types, one of browsers'.
const toWeb = (stream: Readable) => Readable.toWeb(stream) as ReadableStream<Uint8Array>;
const fromWeb = (stream: ReadableStream<Uint8Array>) => Readable.fromWeb(stream as NodeReadableStream);

async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export const recipientOf = (identity: string): Promise<string> => identityToRecipient(identity);

export async function createIdentity(): Promise<{ identity: string; recipient: string }> {
  const identity = await generateX25519Identity();
  return { identity, recipient: await recipientOf(identity) };
}
