import { Histogram, register } from 'prom-client';
import type { ApiMiddleware } from '../apiContext.ts';

const metricName = 'star_graph_http_request_seconds';

/** One histogram a process, however many servers it has (tests start several). */
const durations =
  (register.getSingleMetric(metricName) as Histogram<'method' | 'route' | 'status'> | undefined) ??
  new Histogram({
    name: metricName,
    help: 'Time to answer a request',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  });

/** Counts and times requests by route template: ids and prompts would each make a series, and show who did what. */
export const measureRequests: ApiMiddleware = async (ctx, next) => {
  const stop = durations.startTimer();
  await next();
  stop({ method: ctx.method, route: ctx.state.routePath ?? 'none', status: String(ctx.status) });
};
