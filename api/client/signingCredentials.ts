import { signatureScheme, toSignedText } from '@star-graph/workflows/shared/signedText';
import type { Credentials, SignableRequest } from './credentials.ts';

/**
 * A service key that signs each request, by WebCrypto. The key itself is never sent. STOMP does not take it.
 * @param key.actFor `discord:<snowflake>`.
 * @param key.place the place in a Discord server, as `formatPlace` writes it.
 */
export function createSigningCredentials(key: {
  apiKey: string;
  actFor?: string;
  place?: string;
}): Credentials {
  const [, keyId] = /^sgs_([a-z0-9]{8})_/.exec(key.apiKey) ?? [];
  if (keyId === undefined) throw new Error('only a service key signs: sgs_…');
  const signingKey = crypto.subtle.importKey(
    'raw',
    toBytes(key.apiKey),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  );
  // Who signs first learns of a failure.
  signingKey.catch(() => undefined);
  const whom = {
    ...(key.actFor === undefined ? {} : { 'Star-Graph-Act-For': key.actFor }),
    ...(key.place === undefined ? {} : { 'Star-Graph-Place': key.place }),
  };
  return {
    signs: true,
    async headers(request) {
      if (!request) throw new Error('a service key that signs cannot connect over STOMP');
      const contentDigest = await digestOf(request);
      const timestamp = String(Math.floor(Date.now() / 1_000));
      const nonce = crypto.randomUUID();
      const text = toSignedText({
        method: request.method,
        path: request.path,
        timestamp,
        nonce,
        actFor: key.actFor ?? '',
        place: key.place ?? '',
        contentDigest,
      });
      const signature = await crypto.subtle.sign('HMAC', await signingKey, toBytes(text));
      return {
        ...whom,
        Authorization: `${signatureScheme} ${keyId}.${timestamp}.${nonce}.${toHex(signature)}`,
        ...(contentDigest === '' ? {} : { 'Content-Digest': contentDigest }),
      };
    },
    renew: async () => false,
  };
}

const toBytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

const toHex = (buffer: ArrayBuffer): string =>
  Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, '0')).join('');

async function digestOf({ body }: SignableRequest): Promise<string> {
  if (body === undefined) return '';
  const bytes = typeof body === 'string' ? toBytes(body) : body;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return `sha-256=:${btoa(String.fromCharCode(...digest))}:`;
}
