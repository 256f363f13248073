import { Problem } from '@star-graph/core/ground/errors';
import type { PersonCaller } from '@star-graph/core/people/identity/caller';
import type { ApiContext } from '../apiContext.ts';
import { type CredentialCheck, isRefused } from '../checkCredential.ts';

/** Minutes may have passed: a key that was revoked meanwhile opens nothing. A session was let in for its life. */
export async function requireStillValid(
  deps: CredentialCheck,
  ctx: ApiContext,
  caller: PersonCaller,
): Promise<void> {
  const { credential } = ctx.state;
  if (caller.kind === 'session' || !credential || !(await isRefused(deps, credential, caller))) return;
  throw new Problem('unauthenticated', 'This key does not work any more.');
}
