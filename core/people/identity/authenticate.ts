import type { Database } from '../../ground/db/connect.ts';
import { hashSecret, isSameHash } from '../../ground/encryption/secrets.ts';
import { Problem } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import type { LiveSettings } from '../../ground/settings/liveSettings.ts';
import { type AccountBound, findOrMakeAccount } from './accounts/accounts.ts';
import { type Account, type Caller, limitKeyRights, limitRights } from './caller.ts';
import type { CredentialCache, CredentialTrace } from './credentialCache.ts';
import { type AccessTokens, isProgramToken } from './credentials/accessTokens.ts';
import { type ApiKeyFacts, findApiKeyFacts, type ParsedApiKey, parseApiKey } from './credentials/apiKeys.ts';
import { serviceKeyEnded } from './credentials/serviceKeys.ts';
import { findSessionAccount, type SessionAccount } from './credentials/sessions.ts';
import { hasKeyExpired } from './keyLimits.ts';

export interface AuthenticateDeps {
  database: Database;
  clock: Clock;
  tokens: AccessTokens;
  credentials: Pick<CredentialCache, 'read'>;
  settings: Pick<LiveSettings, 'read'>;
  accountBound: AccountBound;
  /** Whether an administrator without a second factor may do more than set one up. */
  adminSecondFactor: 'optional' | 'required';
}

/** The credentials of a request or a STOMP CONNECT. */
export type PresentedCredential = {
  /** `discord:<snowflake>`, with a service key only. */
  actFor?: string;
  /** `people.<program>:<id>`, as `proveNamedPerson` found: whom a program's key speaks for. */
  person?: string;
  /** What it is to open, where programs may come in by tokens of their own. */
  resource?: string;
} & (
  | {
      /** An access token or a key: what follows `Bearer `. */
      bearer: string;
    }
  | {
      /** The id of a service key whose signature `proveSignature` has found right. */
      signedBy: string;
    }
);

/** Whom a service key acts for. */
type Named = Pick<PresentedCredential, 'actFor' | 'person'>;

/**
 * Finds the caller. Everything that can end is looked up every time; only the signature of a token is cached.
 * @param trace notes what the answer rests on.
 * @throws Problem `unauthenticated` for a credential that does not work; `forbidden` for acting for a person without
 * a service key, or for a disabled person; `invalid-params` for an invalid person.
 */
export function authenticate(
  deps: AuthenticateDeps,
  presented: PresentedCredential,
  trace?: CredentialTrace,
): Promise<Caller> {
  if (!trace) return findCaller(deps, presented);
  const { credentials } = deps;
  const traced: AuthenticateDeps['credentials'] = {
    read: (name, load) => credentials.read(name, load, trace),
  };
  return findCaller({ ...deps, credentials: traced }, presented);
}

async function findCaller(deps: AuthenticateDeps, presented: PresentedCredential): Promise<Caller> {
  if ('signedBy' in presented) return authenticateSigned(deps, presented.signedBy, presented);
  const key = parseApiKey(presented.bearer);
  if (key) return authenticateKey(deps, key, presented);
  if (presented.actFor !== undefined) throw actForRefused();
  if (isProgramToken(presented.bearer)) return authenticateProgram(deps, presented);
  const token = await deps.tokens.verify(presented.bearer);
  const { sessionId, expiresAt } = token;
  const found = await deps.credentials.read<SessionAccount>({ kind: 'session', id: sessionId }, () =>
    findSessionAccount(deps, sessionId),
  );
  if (!found) throw new Problem('unauthenticated', 'This session has ended. Sign in again.');
  // Absent in an entry that a process of an earlier release has cached.
  const { serviceKeyId, hasSecondFactor, provenAt = null, ...account } = found;
  const credential = await comingFrom(deps, account, { serviceKeyId, hasSecondFactor });
  const proven = provenAt === null ? null : new Date(provenAt);
  return { kind: 'session', sessionId, expiresAt, provenAt: proven, ...credential };
}

/**
 * The account that a credential opens, which may have come from a service key.
 * @throws Problem `unauthenticated` when that key no longer works.
 */
async function comingFrom(
  deps: AuthenticateDeps,
  account: Account,
  // Absent in an entry that a process of an earlier release has cached.
  { serviceKeyId = null, hasSecondFactor = false }: Pick<ApiKeyFacts, 'serviceKeyId' | 'hasSecondFactor'>,
): Promise<{ account: Account; serviceKeyId: string | null; mustSetUpSecondFactor?: true }> {
  if (serviceKeyId !== null) {
    const parent = await readKey(deps, serviceKeyId);
    const isOver = parent?.limits !== undefined && hasKeyExpired(parent.limits, deps.clock.now());
    if (parent?.kind !== 'service' || isOver) throw serviceKeyEnded();
  }
  const limited = limitRights(account, serviceKeyId);
  const isLacking = lacksSecondFactor(deps, limited, hasSecondFactor);
  return { account: limited, serviceKeyId, ...(isLacking ? { mustSetUpSecondFactor: true } : {}) };
}

const lacksSecondFactor = (
  { adminSecondFactor }: Pick<AuthenticateDeps, 'adminSecondFactor'>,
  { role }: Account,
  hasSecondFactor: boolean,
): boolean => adminSecondFactor === 'required' && role === 'admin' && !hasSecondFactor;

const readKey = (deps: AuthenticateDeps, id: string): Promise<ApiKeyFacts | undefined> =>
  deps.credentials.read<ApiKeyFacts>({ kind: 'key', id }, () => findApiKeyFacts(deps, id));

async function authenticateKey(deps: AuthenticateDeps, key: ParsedApiKey, named: Named): Promise<Caller> {
  const facts = await readKey(deps, key.id);
  if (facts?.signingSecret !== undefined)
    throw new Problem(
      'unauthenticated',
      'This service key signs its requests and is never sent itself. Sign them, over HTTP; STOMP does not take it.',
    );
  if (!facts || facts.kind !== key.kind || !isSameHash(facts.secretHash, hashSecret(key.secret)))
    throw new Problem('unauthenticated', 'The API key does not work: it is wrong or was revoked.');
  if (facts.kind === 'user') {
    if (named.actFor !== undefined) throw actForRefused();
    const own = { apiKeyId: key.id, ...(facts.limits && { limits: facts.limits }) };
    const account = limitKeyRights(facts.account, facts.limits);
    return { kind: 'key', ...own, ...(await comingFrom(deps, account, facts)) };
  }
  return serve(deps, key.id, facts, named);
}

/** A program comes in as a key with scopes, until its token expires. */
async function authenticateProgram(
  deps: AuthenticateDeps,
  { bearer, resource }: { bearer: string; resource?: string },
): Promise<Caller> {
  if (resource === undefined)
    throw new Problem('unauthenticated', 'This token is for /mcp, and opens nothing else.');
  const { apiKeyId, userId, expiresAt } = await deps.tokens.verifyProgram(bearer, resource);
  const facts = await readKey(deps, apiKeyId);
  if (facts?.kind !== 'program' || facts.account.id !== userId || !facts.limits)
    throw new Problem('unauthenticated', 'The person does not let this program in any more.');
  const limits = { ...facts.limits, expiresAt: expiresAt.toISOString() };
  const account = limitKeyRights(facts.account, limits);
  return { kind: 'key', apiKeyId, limits, ...(await comingFrom(deps, account, facts)) };
}

async function authenticateSigned(deps: AuthenticateDeps, keyId: string, named: Named): Promise<Caller> {
  const facts = await readKey(deps, keyId);
  if (facts?.signingSecret === undefined)
    throw new Problem('unauthenticated', 'The service key was revoked.');
  return serve(deps, keyId, facts, named);
}

/** The caller of a service key. */
async function serve(
  deps: AuthenticateDeps,
  apiKeyId: string,
  { limits, people }: ApiKeyFacts,
  { actFor, person }: Named,
): Promise<Caller> {
  const named = { apiKeyId, ...(limits && { limits }) };
  if (people) {
    if (actFor !== undefined || person === undefined) throw namesPeople();
    const [provider = '', ...rest] = person.split(':');
    const found = await requireDelegator(deps, { provider, subject: rest.join(':') }, apiKeyId);
    // Whatever they may elsewhere: the program says who they are.
    return { kind: 'delegate', account: { ...found, role: 'user' }, isNamed: true, ...named };
  }
  if (actFor === undefined) return { kind: 'service', ...named };
  const [, subject] = /^discord:([0-9]{15,20})$/.exec(actFor) ?? [];
  if (subject === undefined)
    throw new Problem('invalid-params', 'Star-Graph-Act-For has to be discord: and a Discord user id.');
  const account = await requireDelegator(deps, { provider: 'discord', subject }, apiKeyId);
  return { kind: 'delegate', account, ...named };
}

const namesPeople = () =>
  new Problem(
    'forbidden',
    'This key is for the doors alone, where the headers of its program name the person. Leave Star-Graph-Act-For out.',
  );

async function requireDelegator(
  deps: AuthenticateDeps,
  { provider, subject }: { provider: string; subject: string },
  apiKeyId: string,
): Promise<Account> {
  const name = { kind: 'identity', id: `${provider}:${subject}` } as const;
  const known = await deps.credentials.read<Account & { hasSecondFactor?: boolean }>(name, async () => {
    const found = await findOrMakeAccount(deps, provider, subject, apiKeyId);
    if (!found) return undefined;
    const { id, username, role, locale, secondFactorSince } = found;
    return { id, username, role, locale, hasSecondFactor: secondFactorSince !== null };
  });
  if (!known)
    throw new Problem(
      'account-disabled',
      'This person is blocked on the platform. Only its administrators can unblock them.',
    );
  const { hasSecondFactor = false, ...account } = known;
  return lacksSecondFactor(deps, account, hasSecondFactor) ? { ...account, role: 'user' } : account;
}

const actForRefused = () =>
  new Problem('forbidden', 'Only a service key may act for somebody. Leave Star-Graph-Act-For out.');
