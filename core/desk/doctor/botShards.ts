import type { Database } from '../../ground/db/connect.ts';
import { ApiKey } from '../../ground/db/models/session.ts';
import { listLayouts } from '../../people/guilds/botShards.ts';
import { livingProcesses, type ShardLayout } from '../../people/guilds/shardLayout.ts';
import { type Finding, finding } from './findings.ts';
import type { Check } from './runChecks.ts';

/** Which process of the Discord bot has which shard, where they share them. */
export const botShardsCheck = ({ database }: { database: Database }): Check => ({
  name: 'discord shards',
  limitMs: 15_000,
  async run() {
    // Without the table the check of the database says why.
    if (!(await database.schema.hasTable('bot_shards'))) return { summary: 'no schema yet', findings: [] };
    const keys = await ApiKey.query(database).where({ kind: 'service' }).whereNull('revokedAt').select('id');
    const bots = (await listLayouts(database)).filter(
      ({ serviceKeyId, layout }) =>
        // One whose processes all left has been stopped.
        Object.keys(layout.processes).length > 0 && keys.some(({ id }) => id === serviceKeyId),
    );
    return {
      summary: bots.map(({ layout, nowMs }) => describe(layout, nowMs)).join('; ') || 'nobody shares them',
      findings: bots.flatMap(({ layout, nowMs }) => judge(layout, nowMs)),
    };
  },
});

const describe = (layout: ShardLayout, nowMs: number): string =>
  livingProcesses(layout, nowMs)
    .map(({ name, shards }) => `${name}: ${shards.join(', ') || 'none'}`)
    .join('; ') || 'no process runs';

function judge(layout: ShardLayout, nowMs: number): Finding[] {
  const held = new Set(livingProcesses(layout, nowMs).flatMap(({ shards }) => shards));
  const lost = layout.shards.flatMap((_, id) => (held.has(id) ? [] : [id]));
  if (lost.length === 0) return [];
  return [
    finding(
      'discord-shards-lost',
      `No process of the Discord bot has the shards ${lost.join(', ')}: commands in their servers are not answered.`,
      'Start a process with DISCORD_SHARDS=shared, or read the log of the one that ended.',
    ),
  ];
}
