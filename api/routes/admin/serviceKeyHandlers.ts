import type { ApiKeyView } from '@star-graph/contract/users/apiKeys';
import { recordAct } from '@star-graph/core/ground/audit';
import { Problem } from '@star-graph/core/ground/errors';
import { listLayouts } from '@star-graph/core/people/guilds/botShards';
import { livingProcesses, type ShardLayout } from '@star-graph/core/people/guilds/shardLayout';
import {
  createApiKey,
  listApiKeys,
  revokeApiKey,
} from '@star-graph/core/people/identity/credentials/apiKeys';
import type { ApiDeps } from '../../apiDeps.ts';
import { defineHandlers } from '../handler.ts';
import { pageByOffset } from '../pages.ts';
import { presentApiKey, presentCreatedKey, readKeyLimits } from '../users/presentApiKey.ts';

export const createServiceKeyHandlers = (
  deps: Pick<ApiDeps, 'database' | 'redis' | 'prefix' | 'clock' | 'log' | 'keyRing'>,
) =>
  defineHandlers({
    async adminListServiceKeys({ query }) {
      const [keys, layouts] = await Promise.all([
        listApiKeys(deps.database, { kind: 'service' }),
        listLayouts(deps.database),
      ]);
      const bots = new Map(layouts.map((bot) => [bot.serviceKeyId, bot]));
      return pageByOffset(
        query,
        keys.map((key) => ({ ...presentApiKey(key), ...presentShards(bots.get(key.id)) })),
      );
    },
    async adminCreateServiceKey({ body, caller, ctx }) {
      ctx.set('Cache-Control', 'no-store');
      if (body.signed && body.people)
        throw new Problem(
          'invalid-params',
          'A key either signs its requests or speaks for people of a program.',
          {
            errors: [{ pointer: '/people', message: 'Leave it out, or signed.' }],
          },
        );
      const actorId = caller.account.id;
      const asked = {
        ...({ userId: actorId, kind: 'service', name: body.name, serviceKeyId: null } as const),
        ...(body.signed ? { signingRing: deps.keyRing } : {}),
        ...(body.people && {
          people: { of: body.people.of, ...(body.people.signed && { ring: deps.keyRing }) },
        }),
        limits: readKeyLimits({ now: deps.clock.now() }, body),
      };
      const created = await createApiKey(deps, asked, (trx, key) =>
        recordAct(deps, trx, {
          actorId,
          action: 'service-key.create',
          target: `service-key:${key.id}`,
          data: { before: null, after: presentApiKey(key) },
        }),
      );
      return presentCreatedKey(created);
    },
    async adminDeleteServiceKey({ params, caller }) {
      await revokeApiKey(deps, { id: params.id, kind: 'service' }, (trx, key) =>
        recordAct(deps, trx, {
          actorId: caller.account.id,
          action: 'service-key.revoke',
          target: `service-key:${key.id}`,
          data: { before: presentApiKey(key), after: null },
        }),
      );
      return undefined;
    },
  });

/** A bot whose processes were all stopped has nothing to show; one whose processes all died has none that runs. */
function presentShards(bot: { layout: ShardLayout; nowMs: number } | undefined): Pick<ApiKeyView, 'shards'> {
  if (!bot || Object.keys(bot.layout.processes).length === 0) return {};
  const processes = livingProcesses(bot.layout, bot.nowMs);
  return { shards: { of: bot.layout.shards.length, processes } };
}
