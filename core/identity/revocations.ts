import type { Logger } from 'pino';
import { revocationChannel } from '../events/names.ts';
import type { Subscriber } from '../events/subscriber.ts';
import type { Redis } from '../redis.ts';

/** A credential: whatever is cached of it, and connections that rest on it. */
export interface CredentialName {
  kind: 'session' | 'key' | 'identity';
  /** Session id, key id, or `provider:subject`. */
  id: string;
}

interface Deps {
  redis: Redis;
  redisPrefix: string;
  log: Logger;
}

/**
 * For how long a changed credential is read from the database alone: until whoever read it before the change has
 * either written its entry (which fails, the mark stands there) or given up, after `slowestReadMs`.
 */
const bypassSeconds = 20;
export const entryLifeSeconds = 30;
export const slowestReadMs = 10_000;
/** What stands in place of an entry while the credential must not be cached. */
export const bypassMark = '!';

export const credentialKey = (prefix: string, { kind, id }: CredentialName): string =>
  `${prefix}credential:${kind}:${id}`;

/**
 * Tells every process that credentials changed or ended, after the commit that did it: cached entries stop counting
 * before this returns, and connections are told to end. When Redis is away nothing is cached by those who cannot
 * reach it either, and an entry lives for seconds.
 */
export async function revokeCredentials(deps: Deps, credentials: readonly CredentialName[]): Promise<void> {
  if (credentials.length === 0) return;
  try {
    const pipeline = deps.redis.pipeline();
    for (const credential of credentials)
      pipeline.set(credentialKey(deps.redisPrefix, credential), bypassMark, 'EX', bypassSeconds);
    for (const { kind, id } of credentials)
      pipeline.publish(revocationChannel(deps.redisPrefix), `${kind}:${id}`);
    const answers = await pipeline.exec();
    const fault = answers?.find(([error]) => error !== null)?.[0];
    if (fault) throw fault;
  } catch (error) {
    deps.log.warn(
      { err: error },
      'Redis was not told of a revocation: cached credentials live on for seconds',
    );
  }
}

/** Hears of ended or changed credentials, from all processes. @returns a function that stops listening. */
export function listenToRevocations(
  deps: { subscriber: Subscriber; redisPrefix: string },
  listener: (credential: CredentialName) => void,
): Promise<() => void> {
  return deps.subscriber.subscribe(revocationChannel(deps.redisPrefix), (message) => {
    const at = message.indexOf(':');
    const kind = message.slice(0, at);
    if (kind === 'session' || kind === 'key' || kind === 'identity')
      listener({ kind, id: message.slice(at + 1) });
  });
}
