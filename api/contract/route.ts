import type { z } from 'zod';
import type { ProblemCodeView } from './problems.ts';

/**
 * Who may call: `user` is anybody signed in (an API key speaks for its owner), `admin` an administrator, `service`
 * a service key acting for nobody. `optional` is everybody, and who is signed in does something else than who is not;
 * `none` is everybody alike: whatever a client sends to say who it is, is not looked at.
 */
export type RouteAuth = 'none' | 'optional' | 'user' | 'admin' | 'service';

export interface RouteSuccess {
  readonly status: 200 | 201 | 202 | 204;
  readonly description: string;
  /** Absent: no body. */
  readonly body?: z.ZodType;
  /** Default `application/json`. */
  readonly contentType?: 'application/json' | 'text/event-stream' | 'text/plain';
}

/** An answer in which the route tells that what it was asked about is not so: no problem, but no success either. */
export interface RouteRefusal {
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
  /** What does not fit into a line. */
  readonly description?: string;
  readonly params?: z.ZodObject;
  /** Strict: an unknown key is a fault. */
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Default `application/json`. */
  readonly bodyType?: 'application/json' | 'multipart/form-data';
  readonly success: RouteSuccess;
  /** Of a route that creates: that the same was there before and nothing was done, with status 200 and the same body. */
  readonly unchanged?: string;
  /** In place of a problem document. */
  readonly refusal?: RouteRefusal;
  /** Beside those that follow from the rest: see `openapi/describeProblems.ts`. */
  readonly problems?: readonly ProblemCodeView[];
  /** Honours the header Idempotency-Key. */
  readonly idempotent?: true;
  /**
   * Also for a person whom a service key acts for, as the Discord bot does. Absent: closed to them, so that a new route
   * is not opened by a key that leaks until somebody says so. `infra/docs/service-keys.md` is the table of these.
   */
  readonly forDelegates?: true;
  /** Honours the header Star-Graph-Place. */
  readonly placed?: true;
  /** What it makes opens the account: closed to API keys, which would go on in it after their end. */
  readonly makesCredential?: true;
  /** Not counted against the caller's requests a minute. */
  readonly unlimited?: true;
}

/** Keeps the literal types of a route, which the client's types are made of. */
export const route = <const Spec extends RouteSpec>(spec: Spec): Spec => spec;

type OutputOf<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;
type InputOf<Schema> = Schema extends z.ZodType ? z.input<Schema> : undefined;

/** What a handler receives: checked, defaults filled in. */
export type ParsedRequest<Spec extends RouteSpec> = {
  params: OutputOf<Spec['params']>;
  query: OutputOf<Spec['query']>;
  body: OutputOf<Spec['body']>;
};

/** What a client sends. */
export type RequestOf<Spec extends RouteSpec> = {
  params: InputOf<Spec['params']>;
  query: InputOf<Spec['query']>;
  body: InputOf<Spec['body']>;
};

/** What a client receives on success. */
export type ResponseOf<Spec extends RouteSpec> = OutputOf<Spec['success']['body']>;
