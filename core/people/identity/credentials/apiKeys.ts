import { randomInt } from 'node:crypto';
import type { KeyScope } from '@star-graph/workflows/shared/keyScopes';
import type { Logger } from 'pino';
import { type Database, inTransaction, isAscii, type Transaction } from '../../../ground/db/connect.ts';
import { ApiKey } from '../../../ground/db/models/session.ts';
import { User } from '../../../ground/db/models/user.ts';
import type { KeyRing } from '../../../ground/encryption/keyRing.ts';
import { createSecret, hashSecret } from '../../../ground/encryption/secrets.ts';
import { invariant, Problem } from '../../../ground/errors.ts';
import type { Redis } from '../../../ground/redis/createRedis.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import type { Account, KeyLimits } from '../caller.ts';
import { endMadeBy } from '../makers.ts';
import { revokeCredentials } from '../revocations.ts';
import { sealServiceKeySecret } from './serviceKeySecret.ts';
import { endChildren, holdServiceKey } from './serviceKeys.ts';

export interface ApiKeyDeps {
  database: Database;
  clock: Clock;
  redis: Redis;
  prefix: string;
  log: Logger;
}

export interface CreatedApiKey {
  apiKey: ApiKey;
  /** `sgk_<id>_<secret>` or `sgs_…`; it can never be read again. */
  text: string;
  /** What signs the names of people; likewise. */
  peopleSecret?: string;
}

/** A key as it came in a request. */
export interface ParsedApiKey {
  kind: keyof typeof prefixes;
  id: string;
  secret: string;
}

/** A working key and its account. */
export interface ApiKeyFacts {
  kind: ApiKey['kind'];
  secretHash: string;
  account: Account;
  hasSecondFactor: boolean;
  serviceKeyId: string | null;
  /** Absent for a key without limits, and in an entry that a process of an earlier release has cached. */
  limits?: KeyLimits;
  /** Whose people it speaks for; the secret is sealed, and absent where names need no signature. */
  people?: { of: string; secret?: string };
  /** Sealed; only of a key that signs its requests. */
  signingSecret?: string;
}

const prefixes = { user: 'sgk', service: 'sgs' } as const;
const keyPattern = /^(sgk|sgs)_([a-z0-9]{8})_([A-Za-z0-9_-]{43})$/;
const idLetters = 'abcdefghijklmnopqrstuvwxyz0123456789';
const keysPerPerson = 50;
/** Rows of ended keys and programs of a person: whoever makes and revokes them without a pause leaves no more. */
const endedPerPerson = 100;
const forgottenAtOnce = 1_000;
/** Far above what the limit for a person allows, service keys included. */
const mostListed = 10_000;
/** How exact the last use is; a write for each request would make a hot row. */
const usedAtGrainMs = 60_000;

/** As `tasks.api_key_id` takes it. */
export const newKeyId = (): string =>
  Array.from({ length: 8 }, () => idLetters[randomInt(idLetters.length)]).join('');

export function parseApiKey(text: string): ParsedApiKey | undefined {
  const [, prefix, id, secret] = keyPattern.exec(text) ?? [];
  if (prefix === undefined || id === undefined || secret === undefined) return undefined;
  return { kind: prefix === prefixes.user ? 'user' : 'service', id, secret };
}

/** Writes what must not be missing after the act, in its transaction. */
type RecordKey = (trx: Transaction, key: ApiKey) => Promise<void>;

/**
 * @param key.serviceKeyId the service key that its session came from: the key ends with that one.
 * @param key.signingRing seals the secret of a service key that signs its requests; absent: it is sent as Bearer.
 * @param key.people whose people a service key speaks for; `ring` seals the secret that signs their names.
 * @throws Problem `quota-exceeded` at the limit of keys a person may have; `unavailable` without a data key.
 */
export async function createApiKey(
  deps: ApiKeyDeps,
  key: {
    userId: string;
    kind: keyof typeof prefixes;
    name: string;
    serviceKeyId: string | null;
    limits?: KeyLimits;
    signingRing?: Pick<KeyRing, 'encrypt'>;
    people?: { of: string; ring?: Pick<KeyRing, 'encrypt'> };
  },
  record?: RecordKey,
): Promise<CreatedApiKey> {
  const { limits, signingRing, people, ...owned } = key;
  const id = newKeyId();
  const text = `${prefixes[key.kind]}_${id}_${createSecret()}`;
  const hidden = hideSecret(id, text, signingRing);
  const peopleSecret = people?.ring && createSecret();
  const named = {
    peopleOf: people?.of ?? null,
    peopleSecret:
      people?.ring && peopleSecret ? sealServiceKeySecret(people.ring, 'people', id, peopleSecret) : null,
  };
  const apiKey = await inTransaction(deps.database, async (trx) => {
    // The account's row is the lock under which the person's keys are counted.
    const owner = await User.query(trx).findById(key.userId).select('id').forUpdate();
    invariant(owner, `user ${key.userId} vanished`);
    await holdServiceKey(trx, key.serviceKeyId);
    const living = await ApiKey.query(trx)
      .where({ userId: key.userId })
      .whereNot({ kind: 'program' })
      .whereNull('revokedAt')
      .resultSize();
    if (living >= keysPerPerson)
      throw new Problem(
        'quota-exceeded',
        `You have ${keysPerPerson} keys. Revoke one that you no longer use.`,
      );
    await forgetEnded(trx, key.userId, deps.clock.now());
    const created = await ApiKey.query(trx).insertAndFetch({
      id,
      ...owned,
      scopes: limits?.scopes?.join(' ') ?? null,
      expiresAt: limits?.expiresAt ? new Date(limits.expiresAt) : null,
      networks: limits?.networks?.join(' ') ?? null,
      creditsPerDay: limits?.creditsPerDay ?? null,
      ...hidden,
      ...named,
      clientId: null,
      createdAt: deps.clock.now(),
    });
    await record?.(trx, created);
    return created;
  });
  return { apiKey, text, ...(peopleSecret !== undefined && { peopleSecret }) };
}

/** The oldest, where a person has ended many, under the lock of the person's account. */
export async function forgetEnded(trx: Transaction, userId: string, now: Date): Promise<void> {
  const ended = await ApiKey.query(trx)
    .select('id', 'createdAt')
    .where({ userId })
    .whereIn('kind', ['user', 'program'])
    .where((over) => over.whereNotNull('revokedAt').orWhere('expiresAt', '<=', now))
    .limit(endedPerPerson + forgottenAtOnce);
  const old = ended
    .toSorted((one, other) => other.createdAt.getTime() - one.createdAt.getTime())
    .slice(endedPerPerson);
  if (old.length > 0)
    await ApiKey.query(trx)
      .findByIds(old.map(({ id }) => id))
      .delete();
}

/**
 * A key that signs keeps the hash of a secret that nobody has: a process of an earlier release, which knows no
 * signatures, must not take it as Bearer either.
 */
function hideSecret(
  id: string,
  text: string,
  signingRing: Pick<KeyRing, 'encrypt'> | undefined,
): Pick<ApiKey, 'secretHash' | 'signingSecret'> {
  if (signingRing)
    return {
      secretHash: hashSecret(createSecret()),
      signingSecret: sealServiceKeySecret(signingRing, 'signing', id, text),
    };
  const { secret } = parseApiKey(text) ?? {};
  invariant(secret !== undefined, 'a new key can be read');
  return { secretHash: hashSecret(secret), signingSecret: null };
}

/** Working keys, newest first. @param which `userId`: whose; without it all of that kind. */
export async function listApiKeys(
  database: Database,
  which: { kind: ApiKey['kind']; userId?: string },
): Promise<ApiKey[]> {
  return ApiKey.query(database)
    .where(which)
    .whereNull('revokedAt')
    .orderBy([
      { column: 'createdAt', order: 'desc' },
      { column: 'id', order: 'desc' },
    ])
    .limit(mostListed);
}

/** Ends a key, what it made, what came from it, and their connections at once. @throws Problem `not-found`. */
export async function revokeApiKey(
  deps: ApiKeyDeps,
  which: { id: string; kind: ApiKey['kind']; userId?: string },
  record?: RecordKey,
): Promise<void> {
  if (!isAscii(which.id)) throw new Problem('not-found', 'There is no such key.');
  await inTransaction(deps.database, async (trx) => {
    const now = deps.clock.now();
    const known = await ApiKey.query(trx).findOne(which).whereNull('revokedAt').forUpdate();
    if (!known) throw new Problem('not-found', 'There is no such key.');
    await ApiKey.query(trx).findById(which.id).patch({ revokedAt: now });
    await record?.(trx, known);
    await endMadeBy(trx, [`key:${which.id}`], now);
    if (which.kind === 'service') await endChildren(trx, which.id, now);
  });
  // A child is looked up together with its service key, so this ends the children too.
  await revokeCredentials(deps, [{ kind: 'key', id: which.id }]);
}

/** The key and its owner's account, where both work. Notes the use. */
export async function findApiKeyFacts(
  deps: { database: Database; clock: Clock },
  id: string,
): Promise<ApiKeyFacts | undefined> {
  const key = await ApiKey.query(deps.database).findById(id).whereNull('revokedAt');
  const account = key && (await User.query(deps.database).findById(key.userId).whereNull('disabledAt'));
  if (!account) return undefined;
  const now = deps.clock.now();
  if (!key.usedAt || now.getTime() - key.usedAt.getTime() > usedAtGrainMs)
    await ApiKey.query(deps.database).findById(id).patch({ usedAt: now });
  const { id: userId, username, role, locale, secondFactorSince } = account;
  return {
    kind: key.kind,
    secretHash: key.secretHash,
    account: { id: userId, username, role, locale },
    hasSecondFactor: secondFactorSince !== null,
    serviceKeyId: key.serviceKeyId,
    ...limitsIn(key),
    ...peopleIn(key),
    ...(key.signingSecret === null ? {} : { signingSecret: key.signingSecret }),
  };
}

function peopleIn({ peopleOf: of, peopleSecret: secret }: ApiKey): Pick<ApiKeyFacts, 'people'> {
  return of === null ? {} : { people: { of, ...(secret !== null && { secret }) } };
}

function limitsIn({ scopes, expiresAt, networks, creditsPerDay }: ApiKey): { limits?: KeyLimits } {
  if (scopes === null && expiresAt === null && networks === null && creditsPerDay === null) return {};
  return {
    limits: {
      scopes: (scopes?.split(' ') as KeyScope[] | undefined) ?? null,
      expiresAt: expiresAt?.toISOString() ?? null,
      networks: networks?.split(' ') ?? null,
      creditsPerDay,
    },
  };
}
