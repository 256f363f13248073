import type { KeyScope } from '@star-graph/workflows/shared/keyScopes';
import type { z } from 'zod';
import type { ProblemCodeView } from './problems.ts';

/**
 * Who may call: `user` is any signed-in person (an API key acts for its owner), `moderator` a moderator or an
 * administrator, `admin` an administrator, `service` a service key acting for no person. `optional` is open to all, and
 * signed-in callers get more; `none` is open to all alike and ignores credentials. See `whoMay`.
 */
export type RouteAuth = 'none' | 'optional' | 'user' | 'moderator' | 'admin' | 'service';

interface RouteSuccess {
  readonly status: 200 | 201 | 202 | 204;
  readonly description: string;
  /** Absent: no body. */
  readonly body?: z.ZodType;
  /** Default `application/json`. */
  readonly contentType?:
    | 'application/json'
    | 'text/event-stream'
    | 'text/plain'
    | 'text/csv'
    | 'application/x-ndjson'
    | 'application/zip';
}

/** A negative answer to the route's question: neither a problem nor a success. */
interface RouteRefusal {
  readonly status: 503;
  readonly description: string;
  readonly body: z.ZodType;
}

/** One operation of the API: the server's router, the OpenAPI document and the client are all derived from it. */
export interface RouteSpec {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** OpenAPI's notation: `/api/v1/tasks/{id}`. */
  readonly path: `/${string}`;
  readonly auth: RouteAuth;
  readonly tag: string;
  readonly summary: string;
  /** Details beyond the summary line. */
  readonly description?: string;
  readonly params?: z.ZodObject;
  /** Strict: an unknown key is a fault. */
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Default `application/json`. */
  readonly bodyType?: 'application/json' | 'multipart/form-data';
  readonly success: RouteSuccess;
  /** For a route that creates: the same resource existed and nothing was done, with status 200 and the same body. */
  readonly unchanged?: string;
  /** What this route answers in place of a problem document. */
  readonly refusal?: RouteRefusal;
  /** Beside those that follow from the rest: see `api/pages/createDocument.ts`. */
  readonly problems?: readonly ProblemCodeView[];
  /** Honours the header Idempotency-Key. */
  readonly idempotent?: true;
  /**
   * Also for a person whom a service key acts for, as the Discord bot does. Absent: closed to them, so that a leaked
   * key opens no new route unless the contract allows it. `infra/docs/service-keys.md` is the table of these.
   */
  readonly forDelegates?: true;
  /** A scope of keys that opens it; absent: as `keyScopeOf` says. The person's role counts all the same. */
  readonly keyScope?: KeyScope;
  /** Honours the header Star-Graph-Place. */
  readonly placed?: true;
  /** Honours the header Star-Graph-Session: the refresh token goes and comes as a cookie. */
  readonly sessionCookie?: true;
  /**
   * It makes power or outlives its maker, so it needs the person, now: a session whose person has proven within ten
   * minutes that it is them (`POST /api/v1/auth/presence`; signing in is such a proof). Closed to API keys, unless a
   * scope for administrators opens it. A person whom a service key acts for is bound by `forDelegates` instead.
   */
  readonly needsPresence?: true;
  /**
   * For a session of the person's own, however old: it takes or prepares a proof itself, or shows something of theirs
   * to others for as long as they like. Closed to API keys.
   */
  readonly needsSession?: true;
  /** Also for an administrator who still has to set up the second factor that the operator requires. */
  readonly beforeSecondFactor?: true;
  /** Its answer waits for another server, and has a limit of its own. */
  readonly asksOthers?: true;
  /** Its JSON may hold a whole graph, which has more values than other bodies. */
  readonly takesGraph?: true;
  /** Not counted against the caller's requests a minute. */
  readonly unlimited?: true;
}

/** Keeps a route's literal types, the base of the client's types. */
export const route = <const Spec extends RouteSpec>(spec: Spec): Spec => spec;

type OutputOf<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;
type InputOf<Schema> = Schema extends z.ZodType ? z.input<Schema> : undefined;

/** A handler's input: checked, with defaults filled in. */
export type ParsedRequest<Spec extends RouteSpec> = {
  params: OutputOf<Spec['params']>;
  query: OutputOf<Spec['query']>;
  body: OutputOf<Spec['body']>;
};

/** A client's input. */
export type RequestOf<Spec extends RouteSpec> = {
  params: InputOf<Spec['params']>;
  query: InputOf<Spec['query']>;
  body: InputOf<Spec['body']>;
};

/** A client's answer on success. */
export type ResponseOf<Spec extends RouteSpec> = OutputOf<Spec['success']['body']>;
