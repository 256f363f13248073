import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/*
 * A security key in software: it speaks WebAuthn as an authenticator and its browser do together, with attestation
 * `none` and ES256.
 */

/** What goes wrong, or is tried. */
export interface Quirks {
  origin?: string;
  rpId?: string;
  /** In place of the next count. */
  counter?: number;
  /** False: it does not know who presses its button. */
  verifiesUser?: boolean;
  challenge?: string;
  /** The id of the credential that it says it is. */
  id?: string;
}

interface Options {
  challenge: string;
  rp?: { id?: string };
  rpId?: string;
}

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
const hashOf = (data: string | Uint8Array): Buffer => createHash('sha256').update(data).digest();

/** The head of a CBOR item (RFC 8949). */
function head(major: number, size: number): Buffer {
  if (size < 24) return Buffer.from([(major << 5) | size]);
  if (size < 256) return Buffer.from([(major << 5) | 24, size]);
  return Buffer.from([(major << 5) | 25, size >> 8, size & 255]);
}

type Cbor = number | string | Buffer | Map<number | string, Cbor>;

function encode(value: Cbor): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string')
    return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  const items = [...value].flatMap(([key, item]) => [encode(key), encode(item)]);
  return Buffer.concat([head(5, value.size), ...items]);
}

/** COSE: an EC2 key for ES256 on P-256. */
function coseOf(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  const point = (text: string) => Buffer.from(text, 'base64url');
  return encode(
    new Map<number, Cbor>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, point(x)],
      [-3, point(y)],
    ]),
  );
}

export function createSoftAuthenticator(origin: string) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const credentialId = randomBytes(32);
  let counter = 0;

  function authenticatorData(rpId: string, quirks: Quirks, attested?: Buffer): Buffer {
    counter += 1;
    const flags = 0x01 | (quirks.verifiesUser === false ? 0 : 0x04) | (attested ? 0x40 : 0);
    const count = Buffer.alloc(4);
    count.writeUInt32BE(quirks.counter ?? counter);
    const parts = [hashOf(quirks.rpId ?? rpId), Buffer.from([flags]), count];
    return Buffer.concat(attested ? [...parts, attested] : parts);
  }

  const clientData = (type: string, { challenge }: Options, quirks: Quirks): Buffer =>
    Buffer.from(
      JSON.stringify({
        type,
        challenge: quirks.challenge ?? challenge,
        origin: quirks.origin ?? origin,
        crossOrigin: false,
      }),
    );

  const credential = (quirks: Quirks) => ({
    id: quirks.id ?? base64url(credentialId),
    rawId: quirks.id ?? base64url(credentialId),
    type: 'public-key' as const,
    clientExtensionResults: {},
  });

  return {
    /** `navigator.credentials.create`. */
    create(options: Options, quirks: Quirks = {}) {
      const length = Buffer.from([credentialId.length >> 8, credentialId.length & 255]);
      const attested = Buffer.concat([Buffer.alloc(16), length, credentialId, coseOf(publicKey)]);
      const authData = authenticatorData(options.rp?.id ?? '', quirks, attested);
      const attestation = new Map<string, Cbor>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', authData],
      ]);
      const response = {
        clientDataJSON: base64url(clientData('webauthn.create', options, quirks)),
        attestationObject: base64url(encode(attestation)),
      };
      return { ...credential(quirks), response };
    },
    /** `navigator.credentials.get`. */
    get(options: Options, quirks: Quirks = {}) {
      const data = clientData('webauthn.get', options, quirks);
      const authData = authenticatorData(options.rpId ?? '', quirks);
      const signature = sign('sha256', Buffer.concat([authData, hashOf(data)]), privateKey);
      const response = {
        clientDataJSON: base64url(data),
        authenticatorData: base64url(authData),
        signature: base64url(signature),
      };
      return { ...credential(quirks), response };
    },
  };
}

export type SoftAuthenticator = ReturnType<typeof createSoftAuthenticator>;
