import { Problem } from '@star-graph/core/ground/errors';
import {
  type AuthenticateDeps,
  authenticate,
  type PresentedCredential,
} from '@star-graph/core/people/identity/authenticate';
import { type NamedPerson, proveNamedPerson } from '@star-graph/core/people/identity/credentials/keyPeople';
import {
  isSignature,
  proveSignature,
  type SignatureDeps,
} from '@star-graph/core/people/identity/credentials/requestSignature';
import { requireKeyUse } from '@star-graph/core/people/identity/keyLimits';
import type { Readmission } from '@star-graph/core/people/identity/readmission';
import type { ApiContext, ApiMiddleware } from '../apiContext.ts';

const bearerPattern = /^Bearer +(\S+)$/i;

/**
 * Finds the caller. A request without a credential passes; one with a bad credential does not, since its client has
 * to learn that it is not signed in. Failures count against the address. Routes that are the same for all callers
 * skip this: a client that sends its token with everything must be able to refresh an expired one.
 * @param readmission for routes whose requests are counted.
 * @param authorizationOf where clients that speak another protocol have their key.
 * @param personOf how programs with many people name the one of a request; absent: they name nobody.
 * @param resource what they are let in to, where programs may come with tokens of their own.
 */
export function authenticateRequest(
  deps: AuthenticateDeps &
    SignatureDeps & { rateLimits: { countAddress(address: string): Promise<unknown> } },
  readmission?: Pick<Readmission, 'readmit'>,
  authorizationOf = (ctx: ApiContext) => ctx.get('authorization'),
  resource?: string,
  personOf?: (ctx: ApiContext) => NamedPerson,
): ApiMiddleware {
  return async (ctx, next) => {
    const authorization = authorizationOf(ctx);
    const actFor = ctx.get('star-graph-act-for') || undefined;
    if (authorization === '') {
      if (actFor !== undefined)
        throw new Problem('unauthenticated', 'Star-Graph-Act-For needs a service key as Bearer.');
      return next();
    }
    try {
      const presented = isSignature(authorization)
        ? { signedBy: await prove(deps, ctx, authorization) }
        : { bearer: readBearer(authorization) };
      const person =
        personOf && presented.bearer !== undefined
          ? await proveNamedPerson(deps, presented.bearer, personOf(ctx))
          : undefined;
      const credential: PresentedCredential = {
        ...presented,
        ...(actFor === undefined ? {} : { actFor }),
        ...(person === undefined ? {} : { person }),
        ...(resource === undefined ? {} : { resource }),
      };
      ctx.state.credential = credential;
      const readmitted = await readmission?.readmit(credential);
      if (!readmitted) ctx.state.trace = { entries: [], isWhole: true };
      if (readmitted) ctx.state.uses = readmitted.uses;
      const caller = readmitted?.caller ?? (await authenticate(deps, credential, ctx.state.trace));
      requireKeyUse(caller, { address: ctx.state.address, now: deps.clock.now() });
      ctx.state.caller = caller;
    } catch (error) {
      // A newcomer over the bound came through a working key, whose own requests share its address.
      // An outage is nobody's fault.
      if (error instanceof Problem && !['rate-limited', 'unavailable'].includes(error.code))
        await deps.rateLimits.countAddress(ctx.state.address);
      throw error;
    }
    return next();
  };
}

function readBearer(authorization: string): string {
  const [, bearer] = bearerPattern.exec(authorization) ?? [];
  if (bearer === undefined)
    throw new Problem('unauthenticated', 'Send Authorization: Bearer and an access token or an API key.');
  return bearer;
}

/** Who reads the body compares it with `signedDigest`. */
async function prove(deps: SignatureDeps, ctx: ApiContext, authorization: string): Promise<string> {
  const contentDigest = ctx.get('content-digest');
  const keyId = await proveSignature(deps, authorization, {
    method: ctx.method,
    path: ctx.originalUrl,
    actFor: ctx.get('star-graph-act-for'),
    place: ctx.get('star-graph-place'),
    contentDigest,
  });
  ctx.state.signedDigest = contentDigest;
  return keyId;
}
