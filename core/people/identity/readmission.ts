import { LRUCache } from 'lru-cache';
import type { PresentedCredential } from './authenticate.ts';
import type { Caller, PersonCaller } from './caller.ts';
import type { CredentialCache, CredentialTrace, LimitedUse, UsesLeft } from './credentialCache.ts';
import { type AccessTokens, isProgramToken } from './credentials/accessTokens.ts';

/**
 * The short way in for a credential that came before: one round trip asks Redis whether all that its caller was found
 * by is unchanged, and counts the request. So a credential that was revoked a moment ago is refused as on the long way,
 * which everything else takes.
 */
export interface Readmission {
  /** Undefined: nothing is known of this credential, and the long way decides. */
  readmit(credential: PresentedCredential): Promise<{ caller: Caller; uses: UsesLeft } | undefined>;
  remember(credential: PresentedCredential, caller: Caller, trace: CredentialTrace): void;
}

const remembered = 10_000;

export function createReadmission(deps: {
  credentials: Pick<CredentialCache, 'confirm'>;
  tokens: Pick<AccessTokens, 'verify' | 'verifyProgram'>;
  useOf: (userId: string) => LimitedUse;
}): Readmission {
  const admitted = new LRUCache<string, { caller: PersonCaller; trace: CredentialTrace }>({
    max: remembered,
  });
  // The long way says why it is not.
  const isAccepted = ({ bearer, resource }: BearerCredential): Promise<boolean> =>
    (resource !== undefined && isProgramToken(bearer)
      ? deps.tokens.verifyProgram(bearer, resource)
      : deps.tokens.verify(bearer)
    ).then(
      () => true,
      () => false,
    );
  return {
    async readmit(credential) {
      // Each signature is proven by itself, and the credential is not what came.
      if ('signedBy' in credential) return undefined;
      const name = nameOf(credential);
      const known = admitted.get(name);
      if (!known) return undefined;
      const { caller, trace } = known;
      const isSigned = caller.kind === 'session' || isProgramToken(credential.bearer);
      const isOver = isSigned && !(await isAccepted(credential));
      const uses = isOver ? undefined : await deps.credentials.confirm(trace, deps.useOf(caller.account.id));
      if (uses) return { caller, uses };
      admitted.delete(name);
      return undefined;
    },
    remember(credential, caller, trace) {
      if ('signedBy' in credential) return;
      if (caller.kind !== 'service' && trace.isWhole) admitted.set(nameOf(credential), { caller, trace });
    },
  };
}

type BearerCredential = Extract<PresentedCredential, { bearer: string }>;

/** No part has a space. What opens one resource is not readmitted to another. */
const nameOf = ({ bearer, actFor = '', person = '', resource = '' }: BearerCredential): string =>
  `${bearer} ${actFor} ${person} ${resource}`;
