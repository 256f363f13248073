import type { ReadinessView } from '@star-graph/contract/platform/status';
import { listAnnouncements } from '@star-graph/core/desk/announcements';
import { hashSecret, isSameHash } from '@star-graph/core/ground/encryption/secrets';
import { Problem } from '@star-graph/core/ground/errors';
import { createFreshView } from '@star-graph/core/ground/runtime/freshView';
import type { Readiness } from '@star-graph/core/ground/runtime/health/health';
import { chooseFormat, readMetrics } from '@star-graph/core/ground/telemetry/readMetrics';
import { summarisePool } from '@star-graph/core/work/tasks/queueState';
import { priceAt } from '@star-graph/workflows/shared/priceAt';
import ipaddr from 'ipaddr.js';
import type { ApiContext } from '../../apiContext.ts';
import type { ApiDeps } from '../../apiDeps.ts';
import { guidePath, hasGuide } from '../../pages/serveGuide.ts';
import { apiVersion, minClientVersion, version } from '../../version.ts';
import { defineHandlers } from '../handler.ts';
import { pageById } from '../pages.ts';
import { textCost } from '../tasks/writingHandlers.ts';
import { presentAnnouncement } from './presentAnnouncement.ts';
import { createConnectionProbe } from './probeConnection.ts';

/** For any number of callers one registry read in this time. */
const metricsLifeMs = 1_000;

export function createPlatformHandlers(
  deps: Pick<
    ApiDeps,
    | 'database'
    | 'health'
    | 'clock'
    | 'catalogue'
    | 'queue'
    | 'config'
    | 'settings'
    | 'publicUrl'
    | 'rateLimits'
    | 'textModel'
    | 'activity'
    | 'filesFrom'
  >,
) {
  const metrics = {
    text: createFreshView(deps, metricsLifeMs, () => readMetrics('text')),
    openmetrics: createFreshView(deps, metricsLifeMs, () => readMetrics('openmetrics')),
  };
  const requireMetricsReader = createMetricsRule(deps);
  return defineHandlers({
    async getStatus() {
      const pool = await summarisePool(deps.queue);
      const settings = await deps.settings.read();
      const { REGISTRATION: registration, MAINTENANCE: maintenance, GRAPH_DOOR: graphRole } = settings;
      const { SDAPI_PORT: sdapiPort, GRAPH_PORT: graphPort } = deps.config;
      return {
        version,
        apiVersion,
        minClient: minClientVersion,
        registration,
        ...(maintenance === null ? {} : { maintenance }),
        explore: settings.EXPLORE === 'on',
        doors: { sdapi: sdapiPort !== undefined, graph: graphPort === undefined ? 'off' : graphRole },
        ...(deps.textModel && { textModel: { cost: textCost(deps.config, settings) } }),
        ...(deps.activity && {
          activity: {
            applicationId: deps.activity.discord.applicationId,
            url: deps.publicUrl,
            filesFrom: deps.filesFrom,
          },
        }),
        ...(hasGuide && { guide: `${deps.publicUrl}${guidePath}` }),
        pool,
      };
    },
    async getPricing() {
      const offered = await deps.catalogue.listWorkflows();
      const { SIGN_UP_GRANT: signUpGrant, DAILY_GRANT: dailyGrant, ...settings } = await deps.settings.read();
      return {
        signUpGrant,
        dailyGrant,
        workflows: offered.map((item) => ({
          name: item.workflow.name,
          version: item.workflow.version,
          leastCost: priceAt(item.leastCost, settings.PRICE_PERCENT),
        })),
      };
    },
    listAnnouncements({ query }) {
      return pageById(query, {
        list: (page) => listAnnouncements(deps.database, { inForceAt: deps.clock.now() }, page),
        idOf: ({ id }) => id,
        present: (announcements) => announcements.map(presentAnnouncement),
      });
    },
    async getHealth() {
      return { status: 'ok' };
    },
    async getReadiness({ ctx }) {
      return withStatus(ctx, await deps.health.readiness());
    },
    async getStartup({ ctx }) {
      return withStatus(ctx, await deps.health.startup());
    },
    probeConnection: createConnectionProbe(deps),
    async getMetrics({ ctx }) {
      await requireMetricsReader(ctx);
      const { type, text } = await metrics[chooseFormat(ctx.get('accept'))].read();
      ctx.set('Content-Type', type);
      ctx.body = text;
      return undefined;
    },
  });
}

function withStatus(ctx: { status: number }, readiness: Readiness): ReadinessView {
  if (!readiness.ready) ctx.status = 503;
  return readiness as ReadinessView;
}

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
function createMetricsRule(
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
