import {
  type DeadLetterView,
  type DeliveryView,
  type WebhookView,
  webhookTypeSchema,
} from '@star-graph/contract/users/webhooks';
import type { Webhook, WebhookDelivery } from '@star-graph/core/ground/db/models/operation';
import { serviceKeyIdOf } from '@star-graph/core/people/identity/caller';
import {
  type DeadLetter,
  listDeadLetters,
  listDeliveries,
  listSetAside,
  replayDeadLetter,
  replayFailed,
  replaySetAside,
  stateOfDelivery,
} from '@star-graph/core/work/events/webhooks/deliveries';
import { rotateSecret } from '@star-graph/core/work/events/webhooks/rotateSecret';
import { testWebhook } from '@star-graph/core/work/events/webhooks/testWebhook';
import { createWebhook, deleteWebhook, listWebhooks } from '@star-graph/core/work/events/webhooks/webhooks';
import { z } from 'zod';
import type { ApiDeps } from '../../apiDeps.ts';
import { actorOf } from '../admin/actorOf.ts';
import { defineHandlers } from '../handler.ts';
import { pageById, pageByOffset } from '../pages.ts';
import { presentMade } from './presentMaker.ts';

export const createWebhookHandlers = (
  deps: Pick<ApiDeps, 'database' | 'clock' | 'keyRing' | 'log' | 'isAllowedAddress'>,
) =>
  defineHandlers({
    async listWebhooks({ query, caller }) {
      const webhooks = await listWebhooks(deps.database, caller.account.id);
      return pageByOffset(query, await presentMade(deps.database, webhooks, presentWebhook));
    },
    async createWebhook({ body, caller, ctx }) {
      ctx.set('Cache-Control', 'no-store');
      const { webhook, secret } = await createWebhook(deps, {
        userId: caller.account.id,
        serviceKeyId: serviceKeyIdOf(caller),
        ...body,
      });
      return { ...presentWebhook(webhook), secret };
    },
    async rotateWebhookSecret({ params, caller, ctx }) {
      ctx.set('Cache-Control', 'no-store');
      const own = { id: params.id, userId: caller.account.id };
      const { webhook, secret, oldUntil } = await rotateSecret(deps, own);
      const [view = presentWebhook(webhook)] = await presentMade(deps.database, [webhook], presentWebhook);
      return { ...view, secret, oldSecretUntil: oldUntil.toISOString() };
    },
    async listDeliveries({ params, query, caller }) {
      const own = { webhookId: params.id, userId: caller.account.id };
      const filter = query.state === undefined ? {} : { state: query.state };
      return pageById(query, {
        list: (page) => listDeliveries(deps.database, own, filter, page),
        idOf: ({ id }) => id,
        present: (rows) => rows.map(presentDelivery),
      });
    },
    async replayDeliveries({ params, body, caller }) {
      const { deliveryId } = body;
      const own = { webhookId: params.id, userId: caller.account.id };
      return { replayed: await replayFailed(deps, deliveryId === undefined ? own : { ...own, deliveryId }) };
    },
    async testWebhook({ params, caller }) {
      const own = { webhookId: params.id, userId: caller.account.id };
      const { isTaken, status, tookMs } = await testWebhook(deps, own);
      return { delivered: isTaken, ...(status !== undefined && { status }), milliseconds: tookMs };
    },
    async adminListDeadLetters({ query }) {
      return pageById(query, {
        list: (page) => listDeadLetters(deps.database, page),
        idOf: ({ id }) => id,
        present: (rows) => rows.map(presentDeadLetter),
      });
    },
    async adminReplayDeadLetter({ params, caller }) {
      return { replayed: await replayDeadLetter(deps, actorOf(caller), params.id) };
    },
    async adminListSetAsideEvents() {
      const events = await listSetAside(deps.database);
      return {
        items: events.map(({ taskId, userId, type, tries, failedAt }) => ({
          taskId,
          userId,
          type: webhookTypeSchema.parse(type),
          tries,
          failedAt: (failedAt ?? deps.clock.now()).toISOString(),
        })),
      };
    },
    async adminReplaySetAsideEvents({ caller }) {
      return { replayed: await replaySetAside(deps, actorOf(caller)) };
    },
    async deleteWebhook({ params, caller }) {
      await deleteWebhook(deps.database, { id: params.id, userId: caller.account.id });
      return undefined;
    },
  });

const presentWebhook = (webhook: Webhook): WebhookView => ({
  id: webhook.id,
  url: webhook.url,
  types: webhookTypeSchema.array().parse(webhook.types),
  createdAt: webhook.createdAt.toISOString(),
  failures: webhook.failures,
  ...timeOf('disabledAt', webhook.disabledAt),
  ...timeOf('restingUntil', webhook.restingUntil),
});

const timeOf = <Name extends string>(name: Name, at: Date | null): Partial<Record<Name, string>> =>
  at === null ? {} : ({ [name]: at.toISOString() } as Record<Name, string>);

const eventSchema = z.object({ type: webhookTypeSchema, taskId: z.string() });

function presentState(delivery: WebhookDelivery) {
  const state = stateOfDelivery(delivery);
  const { id, tries, dueAt, lastTriedAt, lastStatus } = delivery;
  return {
    id,
    state,
    tries,
    ...(state === 'waiting' ? timeOf('dueAt', dueAt) : {}),
    ...timeOf('lastTriedAt', lastTriedAt),
    ...(lastStatus === null ? {} : { lastStatus }),
  };
}

const presentDelivery = (delivery: WebhookDelivery): DeliveryView => ({
  ...presentState(delivery),
  ...eventSchema.parse(JSON.parse(delivery.body)),
});

/** Without the body: it has what a person made. */
const presentDeadLetter = (letter: DeadLetter): DeadLetterView => ({
  ...presentState(letter),
  webhookId: letter.webhookId,
  userId: letter.userId,
  url: letter.url,
});
