import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import type { SecretPurpose } from './sealedColumns.ts';

/** One key of `DATA_KEYS`. */
export interface DataKey {
  kid: string;
  /** 32 bytes. */
  secret: Buffer;
}

/**
 * The row and purpose of a ciphertext. The ciphertext is bound to both as associated data: copied into another row or
 * column, it cannot be read.
 */
export interface SecretLocation {
  purpose: SecretPurpose;
  /** What names its row: see `sealedColumns`. */
  row: string;
}

/**
 * Encrypts secrets that the platform must send to others, so they cannot be hashed. Passwords of accounts do not
 * belong here.
 */
export interface KeyRing {
  /** @throws KeyMissing when the ring has no key. */
  encrypt(plaintext: string, place: SecretLocation): string;
  /** @throws KeyMissing when its key is not in the ring, Undecipherable when it is damaged or belongs elsewhere. */
  decrypt(ciphertext: string, place: SecretLocation): string;
  /** Whether the first key made it. Ciphertexts of older keys are rewritten on occasion. */
  isCurrent(ciphertext: string): boolean;
  readonly hasKey: boolean;
  /** The names of the keys; the first encrypts. */
  readonly kids: readonly string[];
  /** By the first key. It proves later that a text is unchanged. @throws KeyMissing when the ring has no key. */
  sign(text: string, purpose: string): Signature;
  /** What a key signs with for a purpose; the key cannot be found from it. @throws KeyMissing. */
  deriveMacKey(kid: string, purpose: string): Buffer;
  /** @throws KeyMissing when its key is not in the ring. */
  isSigned(text: string, purpose: string, signature: Signature): boolean;
}

interface Signature {
  kid: string;
  /** HMAC-SHA256 by a key that is derived for the purpose; hexadecimal. */
  mac: string;
}

/** `kid` is undefined without any key. The message is for operators and holds no secret. */
export class KeyMissing extends Error {
  readonly kid: string | undefined;

  constructor(kid: string | undefined) {
    super(
      kid === undefined
        ? 'DATA_KEYS is not set, so secrets cannot be kept.'
        : `The key "${kid}" is not in DATA_KEYS any more.`,
    );
    this.name = 'KeyMissing';
    this.kid = kid;
  }
}

export class Undecipherable extends Error {
  constructor(cause?: unknown) {
    super('The secret is damaged, or its key has another value under the same name in DATA_KEYS.', { cause });
    this.name = 'Undecipherable';
  }
}

const algorithm = 'aes-256-gcm';
const version = 'v1';
const nonceBytes = 12;
const tagBytes = 16;

/** `v1.<kid>.<base64url of nonce, ciphertext and tag>`, with a fresh random nonce for each. */
export function createKeyRing(keys: readonly DataKey[]): KeyRing {
  const [current] = keys;
  return {
    encrypt(plaintext, place) {
      if (!current) throw new KeyMissing(undefined);
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(algorithm, current.secret, nonce, { authTagLength: tagBytes });
      cipher.setAAD(associate(current.kid, place));
      const sealed = [nonce, cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()];
      return `${version}.${current.kid}.${Buffer.concat(sealed).toString('base64url')}`;
    },
    decrypt(ciphertext, place) {
      const { kid, sealed } = takeApart(ciphertext);
      const key = keys.find((one) => one.kid === kid);
      if (!key) throw new KeyMissing(kid);
      try {
        const decipher = createDecipheriv(algorithm, key.secret, sealed.subarray(0, nonceBytes), {
          authTagLength: tagBytes,
        });
        decipher.setAAD(associate(kid, place));
        decipher.setAuthTag(sealed.subarray(-tagBytes));
        const text = decipher.update(sealed.subarray(nonceBytes, -tagBytes));
        return Buffer.concat([text, decipher.final()]).toString('utf8');
      } catch (cause) {
        throw new Undecipherable(cause);
      }
    },
    isCurrent: (ciphertext) => current !== undefined && takeApart(ciphertext).kid === current.kid,
    hasKey: current !== undefined,
    kids: keys.map(({ kid }) => kid),
    sign(text, purpose) {
      if (!current) throw new KeyMissing(undefined);
      return { kid: current.kid, mac: macOf(text, deriveKey(purpose, current)) };
    },
    deriveMacKey(kid, purpose) {
      const key = keys.find((one) => one.kid === kid);
      if (!key) throw new KeyMissing(kid);
      return deriveKey(purpose, key);
    },
    isSigned(text, purpose, { kid, mac }) {
      const key = keys.find((one) => one.kid === kid);
      if (!key) throw new KeyMissing(kid);
      return isMac(text, deriveKey(purpose, key), mac);
    },
  };
}

const deriveKey = (purpose: string, key: DataKey): Buffer =>
  Buffer.from(hkdfSync('sha256', key.secret, '', `sign ${purpose}`, 32));

const macOf = (text: string, derived: Buffer): string =>
  createHmac('sha256', derived).update(text).digest('hex');

/** Whether a derived key signed the text; compared in constant time. */
export function isMac(text: string, derived: Buffer, mac: string): boolean {
  const [expected, given] = [macOf(text, derived), mac].map((hex) => Buffer.from(hex, 'hex'));
  return expected !== undefined && expected.length === given?.length && timingSafeEqual(expected, given);
}

function takeApart(ciphertext: string): { kid: string; sealed: Buffer } {
  const [form, kid, text, ...rest] = ciphertext.split('.');
  const sealed = Buffer.from(text ?? '', 'base64url');
  const isWhole = sealed.length >= nonceBytes + tagBytes && rest.length === 0;
  if (form !== version || kid === undefined || !isWhole) throw new Undecipherable();
  return { kid, sealed };
}

/** As JSON, so that no two places give the same text. */
const associate = (kid: string, { purpose, row }: SecretLocation): Buffer =>
  Buffer.from(JSON.stringify([version, kid, purpose, row]));
