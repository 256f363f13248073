import { idempotencyKeySchema } from '@star-graph/contract/tasks/generate';
import { z } from 'zod';

export const idempotencyKeyHeader = idempotencyKeySchema.optional().meta({
  description: 'The same key and body make one task, however often they are sent within 24 hours',
  param: { name: 'Idempotency-Key', in: 'header', id: 'IdempotencyKey' },
});

export const lastEventIdHeader = z
  .string()
  .optional()
  .meta({
    description: 'The id of the last event that was received: what came after it follows',
    param: { name: 'Last-Event-ID', in: 'header', id: 'LastEventId' },
  });

export const actForHeader = z
  .string()
  .optional()
  .meta({
    description: 'With a service key: whom the request is for, as discord:<user id>',
    param: { name: 'Star-Graph-Act-For', in: 'header', id: 'ActFor' },
  });

export const placeHeader = z
  .string()
  .optional()
  .meta({
    description:
      'With a service key: where it is done, as discord:<server id>;channel=<ids>;role=<ids>; price and shared credits follow its policy',
    param: { name: 'Star-Graph-Place', in: 'header', id: 'Place' },
  });

export const sessionCookieHeader = z
  .literal('cookie')
  .optional()
  .meta({
    description:
      'For a page of the API’s own origin: the refresh token is a cookie that scripts cannot read, and no part of the body',
    param: { name: 'Star-Graph-Session', in: 'header', id: 'SessionCookie' },
  });
