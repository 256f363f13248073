import type { ApiMiddleware } from '../apiContext.ts';
import { requestDurations } from '../metrics.ts';

/** Others that a client may invent would make a series each. */
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Counts and times requests by route template: ids and prompts would each make a series, and show who did what. */
export const measureRequests: ApiMiddleware = async (ctx, next) => {
  const startedMs = performance.now();
  await next();
  const method = methods.has(ctx.method) ? ctx.method : 'other';
  const status = `${Math.floor(ctx.status / 100)}xx`;
  const seconds = (performance.now() - startedMs) / 1_000;
  requestDurations.observe({ method, route: ctx.state.routePath ?? noRoute, status }, seconds);
};

/** The route of a request for an address that does not exist. */
export const noRoute = 'none';
