import type { webcrypto } from 'node:crypto';
import { errors, type JWTHeaderParameters, jwtVerify, SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import type { SigningKey, SigningRing } from '../../../ground/encryption/signingRing.ts';
import { Problem } from '../../../ground/errors.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { isId } from '../../../ground/runtime/ids.ts';

interface VerifiedToken {
  userId: string;
  sessionId: string;
  expiresAt: Date;
}

export interface AccessTokens {
  /** @param notAfter the session's end: no token outlives its session. */
  sign(
    token: Omit<VerifiedToken, 'expiresAt'>,
    notAfter: Date,
  ): Promise<{ token: string; expiresIn: number }>;
  /** Says only that the token is ours and has not expired, not whether its session lives. */
  verify(token: string): Promise<VerifiedToken>;
  /** A token of a program, which opens this resource and no other. @param notAfter the end of its key. */
  signProgram(
    token: Omit<ProgramToken, 'expiresAt'>,
    resource: string,
    notAfter: Date,
  ): Promise<{ token: string; expiresIn: number }>;
  /** As `verify`. @throws Problem `unauthenticated` also for a token that is for another resource. */
  verifyProgram(token: string, resource: string): Promise<ProgramToken>;
  /** Undefined for everything that `verifyProgram` refuses. */
  findProgram(token: string, resource: string): Promise<ProgramToken | undefined>;
}

interface ProgramToken {
  userId: string;
  apiKeyId: string;
  expiresAt: Date;
}

/** Tells tokens of programs from those of sessions at a glance. What they open is what is signed. */
const programPrefix = 'sgp_';
export const isProgramToken = (text: string): boolean => text.startsWith(programPrefix);

const algorithm = 'HS512';
const issuer = 'star-graph';
const audience = 'star-graph-api';
const cachedTokens = 10_000;
/** Longer than any token of ours; keeps junk out of the cache and the parser. */
const longestToken = 2_000;

/** Signing and checking HS512 tokens (RFC 7519). The algorithm is pinned; the token's own header does not choose it. */
export function createAccessTokens(
  deps: { clock: Pick<Clock, 'now'>; keys: SigningRing },
  config: { ttlSeconds: number },
): AccessTokens {
  const imported = new WeakMap<SigningKey, Promise<webcrypto.CryptoKey>>();
  const importOnce = (key: SigningKey): Promise<webcrypto.CryptoKey> => {
    const known = imported.get(key) ?? importKey(key.secret);
    imported.set(key, known);
    return known;
  };
  // A signature costs 0.1 ms; a checked token stays valid until it expires, or its key has ended.
  const verified = new LRUCache<string, CheckedToken>({ max: cachedTokens });

  async function sign(subject: string, sid: string, aud: string, notAfter: Date) {
    const nowSeconds = Math.floor(deps.clock.now().getTime() / 1000);
    const lifeSeconds = Math.floor(notAfter.getTime() / 1000) - nowSeconds;
    const expiresIn = Math.max(0, Math.min(config.ttlSeconds, lifeSeconds));
    const signing = await deps.keys.signing();
    const token = await new SignJWT({ sid })
      .setProtectedHeader({ alg: algorithm, kid: signing.kid, typ: 'JWT' })
      .setSubject(subject)
      .setIssuer(issuer)
      .setAudience(aud)
      .setIssuedAt(nowSeconds)
      .setExpirationTime(nowSeconds + expiresIn)
      .sign(await importOnce(signing));
    return { token, expiresIn };
  }

  async function check(token: string, aud: string): Promise<CheckedToken> {
    const name = `${aud} ${token}`;
    const known = verified.get(name);
    if (known && known.expiresAt > deps.clock.now() && (await deps.keys.find(known.kid))) return known;
    if (token.length > longestToken) throw invalidToken();
    const keyOf = async (kid: string) => {
      const key = await deps.keys.find(kid);
      return key && importOnce(key);
    };
    const checked = await checkToken(keyOf, token, aud, deps.clock.now());
    verified.set(name, checked);
    return checked;
  }

  async function verifyProgram(text: string, resource: string): Promise<ProgramToken> {
    if (!isProgramToken(text)) throw invalidToken();
    const { userId, sid: apiKeyId, expiresAt } = await check(text.slice(programPrefix.length), resource);
    return { userId, apiKeyId, expiresAt };
  }

  return {
    sign: ({ userId, sessionId }, notAfter) => sign(userId, sessionId, audience, notAfter),
    async verify(token) {
      const { userId, sid, expiresAt } = await check(token, audience);
      if (!isId(sid)) throw invalidToken();
      return { userId, sessionId: sid, expiresAt };
    },
    async signProgram({ userId, apiKeyId }, resource, notAfter) {
      const { token, expiresIn } = await sign(userId, apiKeyId, resource, notAfter);
      return { token: `${programPrefix}${token}`, expiresIn };
    },
    verifyProgram,
    findProgram: (token, resource) =>
      verifyProgram(token, resource).catch((error: unknown) => {
        if (error instanceof Problem) return undefined;
        throw error;
      }),
  };
}

interface CheckedToken {
  userId: string;
  /** The session, or the key of a program. */
  sid: string;
  expiresAt: Date;
  kid: string;
}

const importKey = (secret: Uint8Array): Promise<webcrypto.CryptoKey> =>
  crypto.subtle.importKey('raw', new Uint8Array(secret), { name: 'HMAC', hash: 'SHA-512' }, false, [
    'sign',
    'verify',
  ]);

async function checkToken(
  keyOf: (kid: string) => Promise<webcrypto.CryptoKey | undefined>,
  token: string,
  aud: string,
  now: Date,
): Promise<CheckedToken> {
  try {
    const { payload, protectedHeader } = await jwtVerify(
      token,
      async ({ kid }: JWTHeaderParameters) => {
        const key = typeof kid === 'string' ? await keyOf(kid) : undefined;
        if (!key) throw new errors.JWKSNoMatchingKey();
        return key;
      },
      {
        algorithms: [algorithm],
        issuer,
        audience: aud,
        currentDate: now,
        requiredClaims: ['exp', 'sub', 'sid'],
      },
    );
    const { sub, sid, exp } = payload;
    const { kid } = protectedHeader;
    if (kid === undefined || sub === undefined || exp === undefined || typeof sid !== 'string' || !isId(sub))
      throw invalidToken();
    return { userId: sub, sid, expiresAt: new Date(exp * 1000), kid };
  } catch (error) {
    if (error instanceof errors.JWTExpired)
      throw new Problem('unauthenticated', 'The access token has expired. Refresh it or sign in again.');
    if (error instanceof errors.JOSEError) throw invalidToken(error);
    throw error;
  }
}

const invalidToken = (cause?: unknown): Problem =>
  new Problem(
    'unauthenticated',
    'The access token or API key is not valid. Sign in again, or make a new key.',
    { cause },
  );
