import Koa, { type Middleware } from 'koa';
import type { Logger } from 'pino';
import type { ApiMiddleware } from '../apiContext.ts';

/** @param shared what every request passes. */
export function createApp({ log }: { log: Pick<Logger, 'debug'> }, shared: readonly ApiMiddleware[]): Koa {
  const app = new Koa();
  app.silent = true;
  // Koa's error handler would print these: answers that failed while they were written.
  app.on('error', (error: Error) => log.debug({ err: error }, 'an answer could not be written'));
  for (const middleware of shared) app.use(middleware as Middleware);
  return app;
}
