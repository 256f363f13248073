import type { Caller } from './caller.ts';
import type { Revocation } from './revocations.ts';

/** Whether a connection of this caller has to end with a revoked credential. */
export function isRevokedBy(caller: Caller, revocation: Revocation): boolean {
  if ('sessionId' in revocation)
    return caller.kind === 'session' && caller.sessionId === revocation.sessionId;
  if ('apiKeyId' in revocation) {
    const own = caller.kind === 'session' ? undefined : caller.apiKeyId;
    const parent = caller.kind === 'session' || caller.kind === 'key' ? caller.serviceKeyId : null;
    return own === revocation.apiKeyId || parent === revocation.apiKeyId;
  }
  return caller.kind !== 'service' && caller.account.id === revocation.userId;
}
