import { hashSecret, isSameHash } from '@star-graph/core/ground/encryption/secrets';
import { Problem } from '@star-graph/core/ground/errors';
import ipaddr from 'ipaddr.js';
import type { ApiContext } from '../../apiContext.ts';
import type { ApiDeps } from '../../apiDeps.ts';

const isLoopback = (host: string): boolean => {
  const bare = host.replace(/^\[|\]$/g, '');
  return bare === 'localhost' || (ipaddr.isValid(bare) && ipaddr.process(bare).range() === 'loopback');
};

/** A proxy names itself or its client in one of these. */
const proxyHeaders = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];

/**
 * Metrics are open to holders of METRICS_TOKEN. Without a token they are open to local programs, and only while the
 * API listens locally: behind a proxy every client looks local.
 * @throws Problem `unauthenticated`, `forbidden`.
 */
export function createMetricsRule(
  deps: Pick<ApiDeps, 'publicUrl' | 'rateLimits'> & {
    config: Pick<ApiDeps['config'], 'API_HOST' | 'METRICS_TOKEN'>;
  },
): (ctx: Pick<ApiContext, 'get' | 'state'>) => Promise<void> {
  const { API_HOST, METRICS_TOKEN } = deps.config;
  if (METRICS_TOKEN === undefined) {
    const isPrivate = isLoopback(API_HOST) && isLoopback(new URL(deps.publicUrl).hostname);
    return async (ctx) => {
      if (!isPrivate || proxyHeaders.some((name) => ctx.get(name) !== ''))
        throw new Problem(
          'forbidden',
          'Metrics are not open here. Set METRICS_TOKEN to read them with it, or METRICS_PORT for a listener of their own.',
        );
    };
  }
  const expected = hashSecret(METRICS_TOKEN);
  return async (ctx) => {
    const [, token = ''] = /^Bearer +(\S+)$/i.exec(ctx.get('authorization')) ?? [];
    if (isSameHash(hashSecret(token), expected)) return;
    await deps.rateLimits.countAddress(ctx.state.address);
    throw new Problem('unauthenticated', 'Send Authorization: Bearer and METRICS_TOKEN.');
  };
}
