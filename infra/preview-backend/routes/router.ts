import type { IncomingMessage, ServerResponse } from 'node:http';
import { describeRefusal, type Gate } from '../execution/gate.ts';
import {
  BodyTooLarge,
  type Exchange,
  type Handler,
  PythonException,
  sendEmpty,
  sendServerError,
  sendText,
  serverName,
} from './http.ts';

type Method = 'GET' | 'POST' | 'PATCH';

export interface Route {
  method: Method;
  /** `/history/{prompt_id}`; a part in braces matches one path segment. */
  pattern: string;
  handle: Handler;
  /** Jobs exist only as `/api/jobs`, and the control call only without. */
  prefix?: 'api-only' | 'never';
}

interface CompiledRoute extends Route {
  match: RegExp;
}

interface Router {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

/** Looks a request up, with and without `/api`, and answers errors as aiohttp does. */
export function createRouter(
  routes: readonly Route[],
  options: {
    maxBodyBytes: number;
    /** In front of everything but the control call, which no ComfyUI has. */
    gate: Gate;
    /** May answer, spoil or hold a request; false to go on. */
    intercept: (exchange: Exchange) => Promise<boolean>;
    /** 0.33.0 keeps pages of other sites from embedding its answers. */
    refusesCrossSite: boolean;
  },
): Router {
  const compiled: CompiledRoute[] = routes.map((route) => ({
    ...route,
    match: new RegExp(`^${route.pattern.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
  }));

  const dispatch = async (exchange: Exchange, isPrefixed: boolean): Promise<void> => {
    const known = compiled.filter(
      (route) =>
        route.match.test(exchange.path) &&
        (route.prefix === undefined || (route.prefix === 'api-only') === isPrefixed),
    );
    const method = exchange.request.method === 'HEAD' ? 'GET' : exchange.request.method;
    const route = known.find((one) => one.method === method);
    if (method === 'OPTIONS') return sendEmpty(exchange);
    if (!route) {
      if (known.length > 0) return sendText(exchange, 405, '405: Method Not Allowed');
      exchange.response.writeHead(404, { 'Content-Type': 'application/octet-stream' });
      exchange.response.end();
      return;
    }
    const groups = route.match.exec(exchange.path)?.groups ?? {};
    const params = Object.fromEntries(Object.entries(groups).map(([name, text]) => [name, decode(text)]));
    await route.handle({ ...exchange, params });
  };

  return {
    async handle(request, response) {
      response.setHeader('Server', serverName);
      const url = readTarget(request);
      if (!url) {
        response.writeHead(400, { 'Content-Length': 0, Connection: 'close' }).end();
        return;
      }
      const refusal = url.pathname === '/control' ? undefined : options.gate(request.headers);
      if (refusal) {
        const { headers, page } = describeRefusal(refusal);
        response.writeHead(refusal.status, headers).end(page);
        return;
      }
      const isPrefixed = url.pathname.startsWith('/api/');
      const exchange: Exchange = {
        request,
        response,
        path: isPrefixed ? url.pathname.slice(4) : url.pathname,
        query: url.searchParams,
        params: {},
        maxBodyBytes: options.maxBodyBytes,
      };
      const isCrossSite = options.refusesCrossSite && request.headers['sec-fetch-site'] === 'cross-site';
      if (isCrossSite || isForeignOrigin(request)) return sendEmpty(exchange, 403);
      try {
        if (!(await options.intercept(exchange))) await dispatch(exchange, isPrefixed);
      } catch (error) {
        answerError(exchange, error);
      }
    },
  };
}

function answerError(exchange: Exchange, error: unknown): void {
  const { response } = exchange;
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  if (error instanceof BodyTooLarge) {
    sendText(exchange, 413, error.message);
    readOn(exchange.request);
    return;
  }
  if (!(error instanceof PythonException)) console.error(error);
  sendServerError(exchange);
}

/** aiohttp's `lingering_time`. */
const lingerMs = 10_000;

/**
 * Reads and drops the rest of the body, as aiohttp does: a client that is cut off in mid-body cannot read the answer.
 */
function readOn(request: IncomingMessage): void {
  const timer = setTimeout(() => request.socket.destroy(), lingerMs);
  request.once('close', () => clearTimeout(timer));
  request.resume();
}

/** The target of a request in any form of the request line; null for an invalid absolute URL. */
export function readTarget({ url = '/' }: IncomingMessage): URL | null {
  // By itself `//view` is a path in a request line (RFC 9112 §3.2.1), but a host where a URL is resolved.
  return URL.parse(url.startsWith('/') ? `http://host.invalid${url}` : url, 'http://host.invalid');
}

const loopbackHosts = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * ComfyUI's origin check: a browser's page of another origin must not reach a server on a loopback name, by HTTP
 * or by socket.
 */
export function isForeignOrigin(request: IncomingMessage): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined || host === undefined) return false;
  const hostname = host.replace(/:\d+$/, '');
  if (!loopbackHosts.includes(hostname)) return false;
  return URL.parse(origin)?.host !== host;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
