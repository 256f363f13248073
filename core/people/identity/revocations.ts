import type { Logger } from 'pino';
import { z } from 'zod';
import type { Redis } from '../../ground/redis/createRedis.ts';
import { revocationChannel } from '../../ground/redis/redisKeys.ts';
import type { Subscriber } from '../../ground/redis/subscriber.ts';

/** A credential: its cached entries, and the connections that depend on it. */
export interface CredentialName {
  kind: 'session' | 'key' | 'identity' | 'user';
  /** Session id, key id, `provider:subject`, or a person's id for every connection of theirs. */
  id: string;
}

interface Deps {
  redis: Redis;
  prefix: string;
  log: Logger;
}

/**
 * For how long a changed credential is read only from the database: until every earlier reader has tried to write its
 * entry (which fails because of the mark) or given up, after `slowestReadMs`.
 */
const bypassSeconds = 20;
export const entryLifeSeconds = 30;
export const slowestReadMs = 10_000;
/** The mark in place of an entry while the credential must not be cached. */
export const bypassMark = '!';

export const credentialKey = (prefix: string, { kind, id }: CredentialName): string =>
  `${prefix}credential:${kind}:${id}`;

/**
 * Tells every process that credentials changed or ended, after the commit that did it: cached entries stop counting
 * before this returns, and connections are told to end. Processes that cannot reach Redis cache nothing either, and
 * an entry lives for seconds.
 */
export const revokeCredentials = (deps: Deps, credentials: readonly CredentialName[]): Promise<void> =>
  tellOfChange(deps, credentials, toRevocations(credentials));

/** As `revokeCredentials`, for credentials that go on: they are read again, and their connections stay. */
export const rereadCredentials = (deps: Deps, credentials: readonly CredentialName[]): Promise<void> =>
  tellOfChange(deps, credentials, []);

async function tellOfChange(
  deps: Deps,
  credentials: readonly CredentialName[],
  revocations: readonly Revocation[],
): Promise<void> {
  if (credentials.length === 0) return;
  try {
    const pipeline = deps.redis.pipeline();
    for (const credential of credentials)
      pipeline.set(credentialKey(deps.prefix, credential), bypassMark, 'EX', bypassSeconds);
    for (const revocation of revocations)
      pipeline.publish(revocationChannel(deps.prefix), JSON.stringify(revocation));
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

/** Connections depend on sessions and keys; those of a service key that acts for a person depend on the person too. */
const toRevocations = (credentials: readonly CredentialName[]): Revocation[] =>
  credentials.flatMap(({ kind, id }): Revocation[] => {
    if (kind === 'session') return [{ sessionId: id }];
    if (kind === 'key') return [{ apiKeyId: id }];
    return kind === 'user' ? [{ userId: id }] : [];
  });

/**
 * Revoked credentials: their connections end at once. A lost message delays that until the next check of the
 * credential; requests are refused from the commit on.
 */
const revocationSchema = z.union([
  z.object({ sessionId: z.string() }),
  z.object({ apiKeyId: z.string() }),
  z.object({ userId: z.string() }),
]);
export type Revocation = z.output<typeof revocationSchema>;

/** @returns a function that stops listening. */
export function listenToRevocations(
  deps: { subscriber: Subscriber; prefix: string },
  listener: (revocation: Revocation) => void,
): Promise<() => void> {
  return deps.subscriber.subscribe(revocationChannel(deps.prefix), (message) =>
    listener(revocationSchema.parse(JSON.parse(message))),
  );
}
