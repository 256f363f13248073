import type { IncomingMessage } from 'node:http';
import { Problem } from '@star-graph/core/ground/errors';
import { authenticate, type PresentedCredential } from '@star-graph/core/people/identity/authenticate';
import { type PersonCaller, requirePerson } from '@star-graph/core/people/identity/caller';
import { proveNamedPerson } from '@star-graph/core/people/identity/credentials/keyPeople';
import { requireKeyUse } from '@star-graph/core/people/identity/keyLimits';
import { originOf } from '../../../middleware/limitRate.ts';
import { requireCaller } from '../../../routes/requireCaller.ts';
import { keyInPathOf, requireKeyOfPath } from '../../keyInPath.ts';
import { ofDoor, reads } from '../../letIn.ts';
import { readPerson } from '../../namedPerson.ts';
import { doorScope, type GraphDeps } from '../graphDeps.ts';
import { requireOpen, requireRole } from '../letSenderIn.ts';
import { bearerOf } from '../presentedKey.ts';

export interface AdmittedClient {
  caller: PersonCaller;
  credential: PresentedCredential;
  clientId: string | undefined;
}

const longestClientId = 200;

/** Lets a socket in as a request for reading. @throws Problem `not-found`, `unauthenticated`, `forbidden`, `rate-limited`. */
export async function admitSocket(
  deps: GraphDeps,
  request: IncomingMessage,
  address: string,
): Promise<AdmittedClient> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  if (pathname !== '/ws' && pathname !== '/api/ws')
    throw new Problem('not-found', 'Nothing takes connections here. Connect to /ws.');
  requireOpen(deps);
  const authorization = keyInPathOf(request) ?? bearerOf(request.headers.authorization ?? '');
  const [, bearer] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
  try {
    if (bearer === undefined) throw new Problem('unauthenticated', 'Send an API key as Bearer or by Basic.');
    const person = await proveNamedPerson(deps, bearer, readPerson(request));
    const credential = { bearer, ...(person !== undefined && { person }) };
    const caller = requirePerson(await authenticate(deps, credential));
    await deps.rateLimits.countBurst(originOf(caller, address));
    await deps.rateLimits.countUser(caller.account.id);
    requireKeyUse(caller, { address, now: deps.clock.now() });
    requireKeyOfPath(request, caller, doorScope);
    deps.requireAddress(caller, address, reads);
    requireCaller(ofDoor(reads, caller, doorScope), caller, deps.clock.now());
    requireRole(deps, caller);
    const clientId = searchParams.get('clientId')?.slice(0, longestClientId) || undefined;
    return { caller, credential, clientId };
  } catch (error) {
    if (error instanceof Problem && !['rate-limited', 'unavailable'].includes(error.code))
      await deps.rateLimits.countAddress(address);
    throw error;
  }
}
