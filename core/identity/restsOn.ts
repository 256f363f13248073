import type { Revocation } from '../events/revocations.ts';
import type { Caller } from './caller.ts';

/** Whether a connection of this caller has to end with what was revoked. */
export function restsOn(caller: Caller, revocation: Revocation): boolean {
  if ('sessionId' in revocation)
    return caller.kind === 'session' && caller.sessionId === revocation.sessionId;
  if ('apiKeyId' in revocation) return caller.kind !== 'session' && caller.apiKeyId === revocation.apiKeyId;
  return caller.kind !== 'service' && caller.account.id === revocation.userId;
}
