import { z } from 'zod';
import { pageQuerySchema } from '../pages.ts';
import { route } from '../route.ts';
import { announcementListSchema } from './announcements.ts';
import { pricingSchema } from './pricing.ts';
import { readinessSchema, statusSchema } from './status.ts';

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
    summary: 'Whether the process can serve: the database answers; 503 where not',
    success: { status: 200, description: 'It can', body: readinessSchema },
    refusal: { status: 503, description: 'It cannot', body: readinessSchema },
    unlimited: true,
  }),
  getMetrics: route({
    method: 'get',
    path: '/metrics',
    auth: 'none',
    tag: 'operation',
    summary: 'Metrics in the Prometheus text format',
    description:
      'With METRICS_TOKEN as Bearer. Where no token is set: from the same machine, while the API is for that machine alone.',
    success: { status: 200, description: 'Metrics', contentType: 'text/plain' },
    problems: ['unauthenticated', 'forbidden'],
  }),
};
