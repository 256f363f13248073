import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { answering } from './answering.ts';

/** What a provider of OpenID Connect does to its clients. Without any of these it is an honest one. */
export interface Hostility {
  /** Put into its document. */
  document?: Record<string, unknown>;
  /** Put into the ID token. */
  claims?: Record<string, unknown>;
  userinfo?: Record<string, unknown>;
  /** Signs with a key that it does not publish. */
  hasForeignKey?: boolean;
  isUnsigned?: boolean;
  /** Answers by itself, in place of the answer at this path. */
  answer?: { path: string; by(request: IncomingMessage, response: ServerResponse): void };
}

export interface HostileProvider extends AsyncDisposable {
  issuer: string;
  /** From now on. */
  become(hostility: Hostility): void;
  /** The paths that were asked for. */
  readonly asked: string[];
}

/** A test program: an OpenID Connect provider that does everything but what it should. */
export async function startHostileProvider(clientId: string): Promise<HostileProvider> {
  const [own, foreign] = [await generateKeyPair('RS256'), await generateKeyPair('RS256')];
  const key = { ...(await exportJWK(own.publicKey)), kid: 'own', use: 'sig', alg: 'RS256' };
  let hostility: Hostility = {};
  const asked: string[] = [];
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const answers: Record<string, (body: URLSearchParams) => Promise<unknown> | unknown> = {
    '/.well-known/openid-configuration': () => ({
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      userinfo_endpoint: `${issuer}/userinfo`,
      jwks_uri: `${issuer}/jwks`,
      response_types_supported: ['code'],
      id_token_signing_alg_values_supported: ['RS256'],
      ...hostility.document,
    }),
    '/jwks': () => ({ keys: [key] }),
    '/userinfo': () => ({ sub: 'somebody', ...hostility.userinfo }),
    '/token': async (body) => ({
      access_token: 'access',
      token_type: 'Bearer',
      // The code says the nonce, as there is no page between.
      id_token: await createIdToken({ nonce: body.get('code') ?? '', ...hostility.claims }),
    }),
  };

  function createIdToken(claims: Record<string, unknown>): Promise<string> | string {
    const nowSeconds = Math.floor(Date.now() / 1_000);
    const payload: JWTPayload = {
      iss: issuer,
      aud: clientId,
      sub: 'somebody',
      iat: nowSeconds,
      exp: nowSeconds + 60,
      ...claims,
    };
    if (!hostility.isUnsigned)
      return sign(payload, hostility.hasForeignKey ? foreign.privateKey : own.privateKey);
    return `${[{ alg: 'none' }, payload].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.`;
  }

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname } = new URL(request.url ?? '', issuer);
    asked.push(pathname);
    if (hostility.answer?.path === pathname) return hostility.answer.by(request, response);
    let body = '';
    for await (const chunk of request) body += chunk;
    const answer = await answers[pathname]?.(new URLSearchParams(body));
    response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? {}));
  };
  server.on('request', answering(serve));
  return {
    issuer,
    asked,
    become(next) {
      hostility = next;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const sign = (payload: JWTPayload, key: CryptoKey): Promise<string> =>
  new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: 'own' }).sign(key);
