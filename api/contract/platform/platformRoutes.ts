import { z } from 'zod';
import { creditsSchema } from '../fields.ts';
import { pageQuerySchema } from '../pages.ts';
import { route } from '../route.ts';
import { announcementListSchema } from './announcements.ts';
import { readinessSchema, statusSchema } from './status.ts';

const pricingSchema = z
  .object({
    signUpGrant: creditsSchema,
    dailyGrant: creditsSchema,
    workflows: z.array(
      z.object({
        name: z.string(),
        version: z.int(),
        leastCost: creditsSchema.meta({ description: 'Credits for the cheapest request' }),
      }),
    ),
  })
  .meta({ id: 'Pricing' });

/** Operations without a person: the platform's state, and probes for operators' tools. */
export const platformRoutes = {
  getStatus: route({
    method: 'get',
    path: '/api/public/status',
    auth: 'none',
    tag: 'public',
    summary: 'Read versions and the state of the pool',
    success: { status: 200, description: 'The platform', body: statusSchema },
  }),
  getPricing: route({
    method: 'get',
    path: '/api/public/pricing',
    auth: 'none',
    tag: 'public',
    summary: 'Read what the workflows cost',
    success: { status: 200, description: 'Prices in credits', body: pricingSchema },
  }),
  listAnnouncements: route({
    method: 'get',
    path: '/api/public/announcements',
    auth: 'none',
    tag: 'public',
    summary: 'Read the announcements in force',
    query: pageQuerySchema,
    success: { status: 200, description: 'Announcements, newest first', body: announcementListSchema },
  }),
  getHealth: route({
    method: 'get',
    path: '/healthz',
    auth: 'none',
    tag: 'operation',
    summary: 'Whether the process lives',
    success: { status: 200, description: 'It does', body: z.object({ status: z.literal('ok') }) },
    unlimited: true,
  }),
  getReadiness: route({
    method: 'get',
    path: '/readyz',
    auth: 'none',
    tag: 'operation',
    summary: 'Whether the process can serve, and what is wrong; 503 where it cannot',
    description:
      'Answered within three seconds, from at most one question a second to each dependency. It can serve while the database answers; without Redis it is slower.',
    success: { status: 200, description: 'It can', body: readinessSchema },
    refusal: { status: 503, description: 'It cannot', body: readinessSchema },
    unlimited: true,
  }),
  getStartup: route({
    method: 'get',
    path: '/startupz',
    auth: 'none',
    tag: 'operation',
    summary: 'Whether the process has started: the database has the schema of its release; 503 until then',
    description: 'Once it has, this never turns back.',
    success: { status: 200, description: 'It has', body: readinessSchema },
    refusal: { status: 503, description: 'It has not', body: readinessSchema },
    unlimited: true,
  }),
  probeConnection: route({
    method: 'get',
    path: '/api/public/connection',
    auth: 'none',
    tag: 'operation',
    summary: 'Tell the doctor how its connection arrives',
    description:
      'For `npm run doctor`, which makes the ticket by the keys of the installation. Two events, with seconds between them: a proxy that holds events back delivers both at once.',
    query: z.strictObject({ ticket: z.string().max(200) }),
    success: {
      status: 200,
      description: 'What is seen of the connection, then the end',
      contentType: 'text/event-stream',
    },
    problems: ['unauthenticated'],
  }),
  getMetrics: route({
    method: 'get',
    path: '/metrics',
    auth: 'none',
    tag: 'operation',
    summary: 'Metrics for Prometheus',
    description:
      'The text format, or OpenMetrics with exemplars where Accept names application/openmetrics-text. With METRICS_TOKEN as Bearer. Where no token is set: from the same machine, while the API is for that machine alone.',
    success: { status: 200, description: 'Metrics', contentType: 'text/plain' },
    problems: ['unauthenticated', 'forbidden'],
  }),
};
