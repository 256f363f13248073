import { newId } from '@star-graph/core/ground/runtime/ids';
import { logTraceOf, type OpenSpan, openSpan } from '@star-graph/core/ground/telemetry/spans';
import { formatTraceparent, parseTraceparent } from '@star-graph/core/ground/telemetry/traceContext';
import type { Logger } from 'pino';
import type { ApiContext, ApiMiddleware } from '../apiContext.ts';

interface NameDeps {
  log: Logger;
  clientAddress: (peer: string | undefined, forwardedFor: string | undefined) => string;
  /** Whether a caller there decides which traces are recorded. */
  isTraceCaller: (address: string) => boolean;
}

/**
 * Gives each request an id and a span, and logs one line when it is answered: who, what, how long; no body, no
 * credential.
 */
export function nameRequest(deps: NameDeps): ApiMiddleware {
  return async (ctx, next) => {
    const startedMs = performance.now();
    const requestId = newId();
    ctx.state.requestId = requestId;
    ctx.state.address = deps.clientAddress(
      ctx.req.socket.remoteAddress,
      ctx.get('x-forwarded-for') || undefined,
    );
    const span = openRequestSpan(deps, ctx);
    ctx.state.span = span.context;
    const named = { requestId, ...logTraceOf(span.context) };
    let log: Logger | undefined;
    // Few requests log anything but their one line.
    Object.defineProperty(ctx.state, 'log', {
      get() {
        log ??= deps.log.child(named);
        return log;
      },
    });
    ctx.set('X-Request-Id', requestId);
    ctx.set('traceresponse', formatTraceparent(span.context));
    await span.run(next);
    const { caller } = ctx.state;
    const note = () =>
      deps.log.info(
        {
          ...named,
          'http.request.method': ctx.method,
          'http.route': ctx.state.routePath,
          'http.response.status_code': ctx.status,
          durationMs: Math.round(performance.now() - startedMs),
          'client.address': ctx.state.address,
          userId: caller && caller.kind !== 'service' ? caller.account.id : undefined,
        },
        'request',
      );
    span.run(note);
    endRequestSpan(span, ctx);
  };
}

/**
 * A caller of ours goes on with its trace here, and has decided whether it is recorded. Anybody else begins a trace of
 * ours, which names theirs: strangers could otherwise have everything recorded, or write into each other's traces.
 */
function openRequestSpan(deps: Pick<NameDeps, 'isTraceCaller'>, ctx: ApiContext): OpenSpan {
  const theirs = parseTraceparent(ctx.get('traceparent'));
  const isOurs = theirs !== undefined && isCaller(deps, ctx);
  return openSpan({
    name: ctx.method,
    kind: 'server',
    parent: isOurs ? theirs : undefined,
    ...(theirs && !isOurs ? { links: [theirs] } : {}),
    attributes: { 'http.request.method': ctx.method, 'star_graph.request.id': ctx.state.requestId },
  });
}

/** This machine itself counts, unless a proxy on it speaks for somebody else. */
function isCaller({ isTraceCaller }: Pick<NameDeps, 'isTraceCaller'>, ctx: ApiContext): boolean {
  const { address } = ctx.state;
  return isTraceCaller(address) || (isLoopback(address) && ctx.get('x-forwarded-for') === '');
}

const isLoopback = (address: string): boolean => address === '::1' || address.startsWith('127.');

function endRequestSpan(span: OpenSpan, ctx: ApiContext): void {
  const { routePath } = ctx.state;
  span.end({
    ...(routePath === undefined ? {} : { name: `${ctx.method} ${routePath}` }),
    attributes: {
      'http.response.status_code': ctx.status,
      ...(routePath === undefined ? {} : { 'http.route': routePath }),
    },
    error: ctx.status >= 500 ? String(ctx.status) : undefined,
  });
}
