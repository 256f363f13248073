import { createHmac, timingSafeEqual } from 'node:crypto';
import { environmentKid, type SigningKey, type SigningRing } from '../encryption/signingRing.ts';
import { invariant, Problem } from '../errors.ts';
import type { Clock } from '../runtime/clock.ts';
import { findMimeOfKey, isStorageKey, requireKey } from './keys.ts';

export interface FileUrlSigner {
  /** Each has at least 32 bytes; a holder of one can read every file. */
  keys: SigningRing;
  clock: Pick<Clock, 'now'>;
}

interface FileUrlOptions {
  publicUrl: string;
  ttlSeconds: number;
  downloadName?: string;
  /** It works while the deletion of its asset can be taken back, too. */
  ofDeleted?: boolean;
}

/** The rights of a valid link. */
interface VerifiedFileUrl {
  key: string;
  mime: string;
  downloadName: string | undefined;
  ofDeleted: boolean;
  expiresAt: Date;
}

const longestTtlSeconds = 7 * 24 * 3600;

/**
 * `{publicUrl}/files/{key}?expires=…&name=…&deleted=1&kid=…&signature=…`; the signature covers everything but the host. Links that
 * the environment's key signed have no kid.
 */
export async function signFileUrl(
  signer: FileUrlSigner,
  key: string,
  options: FileUrlOptions,
): Promise<string> {
  requireKey(key);
  requireTtl(options.ttlSeconds);
  const expires = String(Math.floor(signer.clock.now().getTime() / 1000) + options.ttlSeconds);
  const url = new URL(`${options.publicUrl.replace(/\/+$/, '')}/files/${key}`);
  url.searchParams.set('expires', expires);
  if (options.downloadName !== undefined) url.searchParams.set('name', options.downloadName);
  if (options.ofDeleted) url.searchParams.set('deleted', '1');
  const signing = await signer.keys.signing();
  if (signing.kid !== environmentKid) url.searchParams.set('kid', signing.kid);
  url.searchParams.set('signature', signatureOf(signing, { key, expires, ...options }));
  return url.href;
}

/**
 * Checks a link on `/files/{key}`. Throws `forbidden` for one that was changed, made up or has expired. The signature
 * is compared first and in constant time, so neither its bytes nor other links' expiry can be probed.
 */
export async function verifyFileUrl(
  signer: FileUrlSigner,
  key: string,
  query: URLSearchParams,
): Promise<VerifiedFileUrl> {
  const expires = requireOne(query, 'expires');
  const downloadName = query.has('name') ? requireOne(query, 'name') : undefined;
  const ofDeleted = query.has('deleted') && requireOne(query, 'deleted') === '1';
  const signature = requireOne(query, 'signature');
  const kid = query.has('kid') ? requireOne(query, 'kid') : environmentKid;
  const mime = findMimeOfKey(key);
  if (!isStorageKey(key) || mime === undefined) throw invalidLink();
  const signing = await signer.keys.find(kid);
  const signed = { key, expires, downloadName, ofDeleted };
  if (!signing || !isSameText(signature, signatureOf(signing, signed))) throw invalidLink();
  const expiresAt = new Date(Number(expires) * 1000);
  if (signer.clock.now() >= expiresAt) {
    throw new Problem('forbidden', 'This link has expired. Read the asset again to get a new one.');
  }
  return { key, mime, downloadName, ofDeleted, expiresAt };
}

export function requireTtl(ttlSeconds: number): number {
  invariant(
    Number.isInteger(ttlSeconds) && ttlSeconds > 0 && ttlSeconds <= longestTtlSeconds,
    `a signed URL lives between 1 second and 7 days, not ${ttlSeconds} s`,
  );
  return ttlSeconds;
}

/** Compared as text: decoding drops bits of the last base64 character, so bytes would pass in several spellings. */
function isSameText(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

interface SignedParts {
  key: string;
  expires: string;
  downloadName?: string | undefined;
  ofDeleted?: boolean;
}

/** base64url. JSON separates the fields: no two links have the same text to sign. */
function signatureOf(signing: SigningKey, { key, expires, downloadName, ofDeleted }: SignedParts): string {
  invariant(signing.secret.length >= 32, 'the key that signs file links needs at least 32 bytes');
  const text = ['file', key, expires, downloadName ?? null, ...(ofDeleted ? ['deleted'] : [])];
  return createHmac('sha256', signing.secret).update(JSON.stringify(text)).digest('base64url');
}

function requireOne(query: URLSearchParams, name: string): string {
  const [value, ...others] = query.getAll(name);
  if (value === undefined || others.length > 0) throw invalidLink();
  return value;
}

function invalidLink(): Problem {
  return new Problem('forbidden', 'This link is not valid. Read the asset again to get one that is.');
}
