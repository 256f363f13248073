import { Problem } from '@star-graph/core/ground/errors';
import type { Caller } from '@star-graph/core/people/identity/caller';
import { type ConnectRequest, parseConnect } from './connectFrame.ts';
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
