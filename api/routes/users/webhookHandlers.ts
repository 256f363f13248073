import type { Webhook } from '@star-graph/core/db/models/operation';
import { createWebhook, deleteWebhook, listWebhooks } from '@star-graph/core/events/webhooks/webhooks';
import { serviceKeyIdOf } from '@star-graph/core/identity/caller';
import type { ApiDeps } from '../../apiDeps.ts';
import { type WebhookView, webhookTypeSchema } from '../../contract/users/webhooks.ts';
import { defineHandlers } from '../handler.ts';
import { pageByOffset } from '../pages.ts';

export const createWebhookHandlers = (deps: Pick<ApiDeps, 'database' | 'clock'>) =>
  defineHandlers({
    async listWebhooks({ query, caller }) {
      const webhooks = await listWebhooks(deps.database, caller.account.id);
      return pageByOffset(query, webhooks.map(presentWebhook));
    },
    async createWebhook({ body, caller, ctx }) {
      ctx.set('Cache-Control', 'no-store');
      const webhook = await createWebhook(deps, {
        userId: caller.account.id,
        serviceKeyId: serviceKeyIdOf(caller),
        ...body,
      });
      return { ...presentWebhook(webhook), secret: webhook.secret };
    },
    async deleteWebhook({ params, caller }) {
      await deleteWebhook(deps.database, { id: params.id, userId: caller.account.id });
      return undefined;
    },
  });

const presentWebhook = ({ id, url, types, createdAt, disabledAt }: Webhook): WebhookView => ({
  id,
  url,
  types: webhookTypeSchema.array().parse(types),
  createdAt: createdAt.toISOString(),
  ...(disabledAt === null ? {} : { disabledAt: disabledAt.toISOString() }),
});
