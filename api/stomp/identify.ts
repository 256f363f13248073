import { Problem } from '@star-graph/core/ground/errors';
import type { PresentedCredential } from '@star-graph/core/people/identity/authenticate';
import type { Caller } from '@star-graph/core/people/identity/caller';
import type { ClientFrame } from './frameReader.ts';
import type { StompDeps } from './stompDeps.ts';

/**
 * Finds the caller of a CONNECT. Counted like a request: against the person, or against the address for a bad
 * credential.
 * @throws Problem for a refused CONNECT.
 */
export async function identify(
  deps: Pick<StompDeps, 'authenticate' | 'countRefusal' | 'countRequest' | 'requireAddress'>,
  frame: ClientFrame,
  address: string,
): Promise<ConnectRequest & { caller: Caller }> {
  try {
    const request = parseConnect(frame.headers);
    const caller = await deps.authenticate(request.credential);
    deps.requireAddress(caller, address);
    await deps.countRequest(caller, address);
    return { ...request, caller };
  } catch (error) {
    if (error instanceof Problem && error.code !== 'rate-limited') await deps.countRefusal(address);
    throw error;
  }
}

interface ConnectRequest {
  credential: PresentedCredential;
  /** 0: no heart-beats. `outgoingMs` is the server's. */
  heartbeats: { outgoingMs: number; incomingMs: number };
}

const bearerPattern = /^Bearer +(\S+)$/i;
const heartbeatPattern = /^(\d{1,9}),(\d{1,9})$/;

/** @throws Problem `invalid-params` or `unauthenticated`. Headers as STOMP 1.2 has them; ours are looked up without case. */
function parseConnect(headers: Readonly<Record<string, string>>): ConnectRequest {
  const named = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const versions = (named.get('accept-version') ?? '').split(',').map((version) => version.trim());
  if (!versions.includes('1.2'))
    throw new Problem('invalid-params', 'This server speaks STOMP 1.2: send accept-version:1.2.');
  const heartbeats = heartbeatPattern.exec(named.get('heart-beat') ?? '0,0');
  if (!heartbeats)
    throw new Problem('invalid-params', 'The header heart-beat has to be two numbers: 10000,10000.');
  const [, bearer] = bearerPattern.exec(named.get('authorization') ?? '') ?? [];
  if (bearer === undefined)
    throw new Problem(
      'unauthenticated',
      'Send the header Authorization: Bearer and an access token or an API key.',
    );
  const actFor = named.get('star-graph-act-for');
  return {
    credential: { bearer, ...(actFor === undefined ? {} : { actFor }) },
    heartbeats: { incomingMs: Number(heartbeats[1]), outgoingMs: Number(heartbeats[2]) },
  };
}
