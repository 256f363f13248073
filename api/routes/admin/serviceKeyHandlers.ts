import { recordAct } from '@star-graph/core/audit';
import { createApiKey, listApiKeys, revokeApiKey } from '@star-graph/core/identity/credentials/apiKeys';
import type { ApiDeps } from '../../apiDeps.ts';
import { defineHandlers } from '../handler.ts';
import { pageByOffset } from '../pages.ts';
import { presentApiKey, presentCreatedKey, readKeyLimits } from '../users/presentApiKey.ts';

export const createServiceKeyHandlers = (
  deps: Pick<ApiDeps, 'database' | 'redis' | 'prefix' | 'clock' | 'log' | 'keyRing'>,
) =>
  defineHandlers({
    async adminListServiceKeys({ query }) {
      const keys = await listApiKeys(deps.database, { kind: 'service' });
      return pageByOffset(query, keys.map(presentApiKey));
    },
    async adminCreateServiceKey({ body, caller, ctx }) {
      ctx.set('Cache-Control', 'no-store');
      const actorId = caller.account.id;
      const created = await createApiKey(deps, {
        userId: actorId,
        kind: 'service',
        name: body.name,
        serviceKeyId: null,
        ...(body.signed ? { signingRing: deps.keyRing } : {}),
        limits: readKeyLimits({ now: deps.clock.now() }, body),
      });
      const target = `service-key:${created.apiKey.id}`;
      await recordAct(deps, deps.database, {
        actorId,
        action: 'service-key.create',
        target,
        data: body,
      });
      return presentCreatedKey(created);
    },
    async adminDeleteServiceKey({ params, caller }) {
      await revokeApiKey(deps, { id: params.id, kind: 'service' });
      const target = `service-key:${params.id}`;
      await recordAct(deps, deps.database, {
        actorId: caller.account.id,
        action: 'service-key.revoke',
        target,
      });
      return undefined;
    },
  });
