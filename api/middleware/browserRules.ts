import type { ServerResponse } from 'node:http';
import cors from '@koa/cors';
import type { Context, Middleware } from 'koa';
import helmet from 'koa-helmet';
import { isLoopback } from './clientAddress.ts';

const extensionOrigin = /^(chrome|moz|safari-web)-extension:\/\/[A-Za-z0-9-]+$/;
const preflightLifeSeconds = 600;

/** What no page of ours asks of a device, so that no script that gets into one can. */
const unused = [
  ...['accelerometer', 'bluetooth', 'camera', 'display-capture', 'geolocation', 'gyroscope', 'hid'],
  ...['magnetometer', 'microphone', 'midi', 'payment', 'serial', 'usb', 'xr-spatial-tracking'],
];
const permissionsPolicy = unused.map((feature) => `${feature}=()`).join(', ');

/** Headers that tell browsers to run, frame and sniff nothing; the docs page and files set policies of their own. */
export function securityHeaders(config: { isHttps: boolean }): Middleware {
  const headers = helmet({
    // Over plain HTTP browsers ignore it, and it would promise what the operator did not.
    strictTransportSecurity: config.isHttps,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    crossOriginResourcePolicy: { policy: 'cross-origin' },
    referrerPolicy: { policy: 'no-referrer' },
  });
  const fixed = recordHeaders((res) => headers({ req: {}, res } as Context, async () => undefined));
  fixed.set('Permissions-Policy', permissionsPolicy);
  return (ctx, next) => {
    for (const [name, value] of fixed) ctx.res.setHeader(name, value);
    return next();
  };
}

/** They are the same for every answer, so they are worked out once. */
function recordHeaders(write: (res: Pick<ServerResponse, 'setHeader' | 'removeHeader'>) => void) {
  const written = new Map<string, string>();
  const res = {
    setHeader: (name: string, value: string) => written.set(name, value),
    removeHeader: (name: string) => written.delete(name),
  };
  write(res as unknown as ServerResponse);
  return written;
}

export type IsAllowedOrigin = (origin: string) => boolean;

/**
 * Which pages may call the API: any browser extension, and what was configured. Credentials are Bearer headers that a
 * page cannot send unless it has them, so this decides which pages may read answers, not which may act.
 */
export const createOriginRule =
  (origins: readonly string[]): IsAllowedOrigin =>
  (origin) =>
    extensionOrigin.test(origin) || origins.includes(origin);

/** This machine has several names, and people type any of them: its page is one of ours under each. */
export function ownOrigins(publicUrl: string): string[] {
  const { origin, protocol, hostname, port } = new URL(publicUrl);
  if (!isLoopback(hostname)) return [origin];
  return ['localhost', '127.0.0.1', '[::1]'].map((host) => `${protocol}//${host}${port && `:${port}`}`);
}

/** What the package of OpenAI says of itself with every request of a page. */
const ofOpenAi = [
  ...['OpenAI-Organization', 'OpenAI-Project', 'OpenAI-Beta'],
  ...[
    'Arch',
    'Helper-Method',
    'Lang',
    'OS',
    'Package-Version',
    'Retry-Count',
    'Runtime',
    'Runtime-Version',
    'Timeout',
  ].map((name) => `X-Stainless-${name}`),
];

export function crossOrigin(config: { isAllowedOrigin: IsAllowedOrigin }): Middleware {
  return cors({
    // An empty string leaves the headers out.
    origin: (ctx) => (config.isAllowedOrigin(ctx.get('origin')) ? ctx.get('origin') : ''),
    allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowHeaders: [
      ...ofOpenAi,
      'Api-Key',
      'X-Goog-Api-Client',
      'X-Goog-Api-Key',
      'Authorization',
      'Content-Digest',
      'Content-Type',
      'Idempotency-Key',
      'Last-Event-ID',
      'MCP-Protocol-Version',
      'Mcp-Method',
      'Mcp-Name',
      'Range',
      'Star-Graph-Credits-Per-Day',
      'X-Api-Key',
    ],
    exposeHeaders: [
      'Location',
      'RateLimit',
      'RateLimit-Policy',
      'Retry-After',
      'X-Request-Id',
      'WWW-Authenticate',
      'X-Should-Retry',
      'traceresponse',
      'Content-Range',
      'ETag',
    ],
    maxAge: preflightLifeSeconds,
    keepHeadersOnError: true,
  });
}
