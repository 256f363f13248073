import { jwtVerify } from 'jose';
import type { Database } from '../../../ground/db/connect.ts';
import type { KeyRing } from '../../../ground/encryption/keyRing.ts';
import { hashSecret, isSameHash } from '../../../ground/encryption/secrets.ts';
import { Problem } from '../../../ground/errors.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import type { CredentialCache } from '../credentialCache.ts';
import { type ApiKeyFacts, findApiKeyFacts, parseApiKey } from './apiKeys.ts';
import { openServiceKeySecret } from './serviceKeySecret.ts';

/*
 * A service key of a program with many people, such as Open WebUI, names the person in each request. They are people of
 * that program alone: `people.<program>:<their id there>` is nobody's identity elsewhere, since no provider of sign-ins
 * has a dot in its name. Where the key has a secret, a name counts only in a token that was signed by it.
 */

/** What the headers of a request say about its person. */
export interface NamedPerson {
  /** One, where they agree. */
  ids: readonly string[];
  token: string | undefined;
}

interface Deps {
  database: Database;
  clock: Clock;
  credentials: Pick<CredentialCache, 'read'>;
  keyRing: Pick<KeyRing, 'decrypt'>;
}

const longestToken = 4_000;
/** For clocks that differ. */
const toleranceSeconds = 60;
const idPattern = /^[\x21-\x7e]{1,128}$/;

/** Under which the people of a program are identities. */
const peopleProviderOf = (program: string): string => `people.${program}`;

/**
 * The identity that a program's key names; undefined for any other credential, which names nobody by headers.
 * @throws Problem `unauthenticated` for a name that is missing, unsigned where it has to be signed, or wrong;
 * `unavailable` without the data key.
 */
export async function proveNamedPerson(
  deps: Deps,
  bearer: string,
  named: NamedPerson,
): Promise<string | undefined> {
  const key = parseApiKey(bearer);
  if (key?.kind !== 'service') return undefined;
  const facts = await deps.credentials.read<ApiKeyFacts>({ kind: 'key', id: key.id }, () =>
    findApiKeyFacts(deps, key.id),
  );
  if (!facts?.people || !isSameHash(facts.secretHash, hashSecret(key.secret))) return undefined;
  const { of, secret } = facts.people;
  const id =
    secret === undefined
      ? readName(named.ids)
      : await readToken(deps, named.token, openServiceKeySecret(deps.keyRing, 'people', key.id, secret));
  if (id === undefined || !idPattern.test(id)) throw unnamed(secret !== undefined);
  return `${peopleProviderOf(of)}:${id}`;
}

/** Programs percent-encode what they put into headers. */
function readName([id, ...others]: readonly string[]): string | undefined {
  if (others.length > 0)
    throw new Problem('unauthenticated', 'The headers of the request name several people. Name one.');
  try {
    return id === undefined ? undefined : decodeURIComponent(id);
  } catch {
    // No percent-encoding: then it is the name itself.
    return id;
  }
}

async function readToken(
  { clock }: Pick<Deps, 'clock'>,
  token: string | undefined,
  secret: string,
): Promise<string | undefined> {
  if (token === undefined || token.length > longestToken) return undefined;
  const checks = {
    // What the token itself says about its algorithm is not believed.
    algorithms: ['HS256'],
    currentDate: clock.now(),
    clockTolerance: toleranceSeconds,
    requiredClaims: ['sub', 'exp'],
  };
  const verified = await jwtVerify(token, Buffer.from(secret), checks).catch((cause: unknown) => {
    throw new Problem(
      'unauthenticated',
      'The token that names the person does not work: it is not signed by the secret of this key, or it is over.',
      { cause },
    );
  });
  return verified.payload.sub;
}

const unnamed = (isSigned: boolean): Problem =>
  new Problem(
    'unauthenticated',
    isSigned
      ? 'This key speaks for the people of a program: each request has to name its person in X-OpenWebUI-User-Jwt, signed by the secret of the key.'
      : 'This key speaks for the people of a program: each request has to name its person in X-OpenWebUI-User-Id, X-LibreChat-User-Id or Star-Graph-Person.',
  );
