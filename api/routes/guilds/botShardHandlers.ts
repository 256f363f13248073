import { reportShards } from '@star-graph/core/people/guilds/botShards';
import { shardLeaseMs, shardsOf } from '@star-graph/core/people/guilds/shardLayout';
import type { ApiDeps } from '../../apiDeps.ts';
import { defineHandlers } from '../handler.ts';

/** Four reports may be lost before a lease is over. */
const reportSeconds = shardLeaseMs / 5_000;

export const createBotShardHandlers = (deps: Pick<ApiDeps, 'database'>) =>
  defineHandlers({
    async holdShards({ caller, body: { leaving = false, ...report } }) {
      const layout = await reportShards(deps, caller.apiKeyId, { ...report, isLeaving: leaving });
      return { count: layout.shards.length, shards: shardsOf(layout, report.process), reportSeconds };
    },
  });
