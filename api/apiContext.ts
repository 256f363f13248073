import type { TraceContext } from '@star-graph/core/ground/telemetry/traceContext';
import type { PresentedCredential } from '@star-graph/core/people/identity/authenticate';
import type { Caller } from '@star-graph/core/people/identity/caller';
import type { CredentialTrace, UsesLeft } from '@star-graph/core/people/identity/credentialCache';
import type { AccountChange } from '@star-graph/workflows/shared/accountChanges';
import type { Context } from 'koa';
import type { Logger } from 'pino';

/** The cookie that holds the refresh token of a page. */
export interface SessionCookie {
  name: string;
  path: string;
  isSecure: boolean;
  /** Of the same page before an upgrade: read where the other is missing, and removed with the next answer. */
  earlier?: SessionCookie;
}

export interface ChangeMade {
  userId: string;
  change: AccountChange;
  /** Default: the address of the request; null where that is an administrator's. */
  from?: null;
  /** What signed in. */
  device?: string;
}

/** The middleware's state of a request. */
interface ApiState {
  /** Names this request in the log and as the `instance` of a problem. */
  requestId: string;
  /** Where it stands in its trace; its trace has an id even if nobody records it. */
  span: TraceContext;
  /** The client's address, behind trusted proxies the one they saw. */
  address: string;
  log: Logger;
  /** Undefined without a credential. */
  caller?: Caller;
  /** How a client without a working credential gets one, in WWW-Authenticate. Default: it sends a key or a token. */
  challenge?: string;
  /** The caller's credential: a long answer checks it again. */
  credential?: PresentedCredential;
  /** The Content-Digest of a signed request, empty without a body; undefined for one that is not signed. */
  signedDigest?: string;
  /** What the caller was found by; undefined for one that was readmitted, and counted. */
  trace?: CredentialTrace;
  /** What the readmission left of the person's limit. */
  uses?: UsesLeft;
  /** Set if the refresh token of this request goes and comes as a cookie. */
  sessionCookie?: SessionCookie;
  /** What a handler changed of somebody's ways in, so that they are told. */
  changes?: ChangeMade[];
  /** `/api/v1/tasks/{id}`: what metrics may be labelled with. */
  routePath?: string;
}

export type ApiContext = Context & { state: ApiState };
type Next = () => Promise<void>;
export type ApiMiddleware = (ctx: ApiContext, next: Next) => Promise<void>;

/** The URN of a request: the `instance` of its problem. */
export const requestUrn = (requestId: string): string => `urn:uuid:${requestId}`;

/** The person is told once the request has succeeded. */
export const noteChange = (ctx: ApiContext, change: ChangeMade): void => {
  ctx.state.changes = [...(ctx.state.changes ?? []), change];
};
