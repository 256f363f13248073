import type { IncomingMessage } from 'node:http';
import type { Env } from '@star-graph/core/ground/config/config';
import { hostNameOf, isFixedHost } from '@star-graph/core/ground/runtime/hostName';
import type { ApiMiddleware } from '../apiContext.ts';
import { HttpProblem } from '../transport/httpProblem.ts';
import { answerProblem } from './answerProblems.ts';

/*
 * A page of a stranger's name that is made to lead here (DNS rebinding) is of the same origin as what it asks, so no
 * rule about origins holds it. The name that it asks for gives it away. An address cannot be made to lead elsewhere, so
 * any address is good: probes and monitoring use them.
 */

export type IsOwnHost = (host: string) => boolean;

/** The host of PUBLIC_URL and names below it, this machine, every address, and what the operator lists. */
export function createHostRule({
  config,
  publicUrl,
}: {
  config: Pick<Env, 'ALLOWED_HOSTS'>;
  publicUrl: string;
}): IsOwnHost {
  const own = hostNameOf(new URL(publicUrl).host);
  const listed = new Set([own, ...config.ALLOWED_HOSTS.map(hostNameOf)]);
  return (host) => {
    const name = hostNameOf(host);
    if (isFixedHost(name) || listed.has(name)) return true;
    return own.includes('.') && name.endsWith(`.${own}`);
  };
}

/** @returns what to answer a request that asks for the name of somebody else. HTTP/1.0 may come without one. */
export function findMisdirection(
  isOwnHost: IsOwnHost,
  { headers }: Pick<IncomingMessage, 'headers'>,
): HttpProblem | undefined {
  const host = headers[':authority']?.toString() ?? headers.host;
  if (host === undefined || isOwnHost(host)) return undefined;
  return new HttpProblem(
    421,
    'forbidden',
    'This platform does not go by the host name of this address. Use its own address, or ask the operator to add the name to ALLOWED_HOSTS.',
  );
}

/** For each server, before anything that reads or changes. */
export const requireOwnHost =
  (isOwnHost: IsOwnHost): ApiMiddleware =>
  async (ctx, next) => {
    const fault = findMisdirection(isOwnHost, ctx.req);
    if (!fault) return next();
    answerProblem(ctx, fault);
  };
