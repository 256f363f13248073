import { adminRoute } from '../admin/adminRoute.ts';
import { idParamsSchema } from '../fields.ts';
import { pageQuerySchema } from '../pages.ts';
import { route } from '../route.ts';
import {
  createdWebhookSchema,
  deadLetterListSchema,
  deliveryListSchema,
  deliveryQuerySchema,
  newWebhookSchema,
  replayedSchema,
  replaySchema,
  rotatedSecretSchema,
  setAsideListSchema,
  webhookListSchema,
  webhookTestSchema,
} from './webhooks.ts';

const webhooks = '/api/v1/users/webhooks';

/** A person's webhooks, and what an administrator sees of all that failed. */
export const webhookRoutes = {
  listWebhooks: route({
    method: 'get',
    path: webhooks,
    auth: 'user',
    tag: 'users',
    summary: 'List your webhooks',
    query: pageQuerySchema,
    success: { status: 200, description: 'Webhooks without their secrets', body: webhookListSchema },
  }),
  createWebhook: route({
    method: 'post',
    path: webhooks,
    auth: 'user',
    tag: 'users',
    summary: 'Have the events of your tasks posted to an address',
    body: newWebhookSchema,
    success: {
      status: 201,
      description: 'The webhook; its secret is never shown again',
      body: createdWebhookSchema,
    },
    problems: ['quota-exceeded'],
    needsPresence: true,
  }),
  rotateWebhookSecret: route({
    method: 'post',
    path: `${webhooks}/{id}/secret`,
    auth: 'user',
    tag: 'users',
    summary: 'Give a webhook a new secret',
    description:
      'For 24 hours the old secret signs beside the new one: `webhook-signature` lists a signature for each.',
    params: idParamsSchema,
    success: {
      status: 201,
      description: 'The webhook; its new secret is never shown again',
      body: rotatedSecretSchema,
    },
    problems: ['not-found', 'quota-exceeded'],
    needsPresence: true,
  }),
  deleteWebhook: route({
    method: 'delete',
    path: `${webhooks}/{id}`,
    auth: 'user',
    tag: 'users',
    summary: 'Delete a webhook',
    params: idParamsSchema,
    success: { status: 204, description: 'Nothing is sent there any more' },
    problems: ['not-found'],
  }),
  listDeliveries: route({
    method: 'get',
    path: `${webhooks}/{id}/deliveries`,
    auth: 'user',
    tag: 'users',
    summary: 'List what was and will be sent to a webhook',
    params: idParamsSchema,
    query: deliveryQuerySchema,
    success: { status: 200, description: 'Newest first; ended ones for a week', body: deliveryListSchema },
    problems: ['not-found'],
  }),
  replayDeliveries: route({
    method: 'post',
    path: `${webhooks}/{id}/replay`,
    auth: 'user',
    tag: 'users',
    summary: 'Send again what a webhook failed to take',
    description:
      'All failed deliveries, or one. They keep their `webhook-id`. A webhook that rests or was disabled takes deliveries again.',
    params: idParamsSchema,
    body: replaySchema,
    success: { status: 200, description: 'How many will be sent', body: replayedSchema },
    problems: ['not-found'],
  }),
  testWebhook: route({
    method: 'post',
    path: `${webhooks}/{id}/test`,
    auth: 'user',
    tag: 'users',
    summary: 'Post a test message to a webhook',
    description:
      'Signed like every other, of the type `webhook_test`, once. A webhook that rests or was disabled takes deliveries again if it answers 2xx.',
    params: idParamsSchema,
    success: { status: 200, description: 'What the receiver answered', body: webhookTestSchema },
    problems: ['not-found'],
  }),
  adminListDeadLetters: adminRoute('webhook-deliveries', {
    method: 'get',
    summary: "List everybody's webhook deliveries that were given up",
    query: pageQuerySchema,
    success: { status: 200, description: 'Newest first, without what they say', body: deadLetterListSchema },
    keyScope: 'admin:pool',
  }),
  adminReplayDeadLetter: adminRoute('webhook-deliveries/{id}/replay', {
    method: 'post',
    summary: 'Send a webhook delivery again that was given up',
    params: idParamsSchema,
    success: { status: 200, description: 'How many will be sent', body: replayedSchema },
    problems: ['not-found'],
    keyScope: 'admin:pool',
  }),
  adminListSetAsideEvents: adminRoute('webhook-events', {
    method: 'get',
    summary: 'List events that no webhook could be told of',
    success: { status: 200, description: 'At most 100, the last first', body: setAsideListSchema },
    keyScope: 'admin:pool',
  }),
  adminReplaySetAsideEvents: adminRoute('webhook-events/replay', {
    method: 'post',
    summary: 'Tell webhooks of all these events again',
    success: { status: 200, description: 'How many will be tried', body: replayedSchema },
    keyScope: 'admin:pool',
  }),
};
