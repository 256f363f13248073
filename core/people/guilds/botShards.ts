import type { Database } from '../../ground/db/connect.ts';
import { Problem } from '../../ground/errors.ts';
import { layOutShards, type ShardLayout, type ShardReport } from './shardLayout.ts';

/*
 * The layout is one row, and each report writes the next one on condition that nobody wrote since it was read. Times are
 * the database's, so the clocks of the machines do not matter. A process that dies after a report has what that wrote
 * until its lease is over; one that did not hear the answer reports again, and gets the same.
 */

const mostTries = 10;
const mostProcesses = 200;

/** @throws Problem `quota-exceeded` for too many processes; `unavailable` where others always wrote in between. */
export async function reportShards(
  { database }: { database: Database },
  serviceKeyId: string,
  report: ShardReport,
): Promise<ShardLayout> {
  for (let tries = 0; tries < mostTries; tries++) {
    const known = await findLayout(database, serviceKeyId);
    const next = layOutShards(known?.layout, report, known?.nowMs ?? (await readNow(database)));
    if (Object.keys(next.processes).length > mostProcesses)
      throw new Problem('quota-exceeded', `A bot has at most ${mostProcesses} processes. End some of them.`);
    if (await write(database, serviceKeyId, known?.version, next)) return next;
  }
  throw new Problem('unavailable', 'Other processes of the bot report at this moment. Report again.');
}

interface StoredLayout {
  version: number;
  layout: ShardLayout;
  nowMs: number;
}

const nowMs = 'CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS UNSIGNED)';

async function findLayout(database: Database, serviceKeyId: string): Promise<StoredLayout | undefined> {
  const columns = ['version', 'layout', database.raw(`${nowMs} AS nowMs`)];
  const row = await database('bot_shards').where({ serviceKeyId }).first(columns);
  return row && { version: row.version, layout: parseLayout(row.layout), nowMs: Number(row.nowMs) };
}

/** MariaDB hands JSON out as text. */
const parseLayout = (stored: string | ShardLayout): ShardLayout =>
  typeof stored === 'string' ? JSON.parse(stored) : stored;

async function readNow(database: Database): Promise<number> {
  const [[row]] = (await database.raw(`SELECT ${nowMs} AS nowMs`)) as [[{ nowMs: number | string }]];
  return Number(row.nowMs);
}

async function write(
  database: Database,
  serviceKeyId: string,
  version: number | undefined,
  next: ShardLayout,
): Promise<boolean> {
  const layout = JSON.stringify(next);
  if (version !== undefined)
    return (
      (await database('bot_shards')
        .where({ serviceKeyId, version })
        .update({ layout, version: version + 1 })) === 1
    );
  const [result] = (await database.raw(
    'INSERT IGNORE INTO bot_shards (service_key_id, version, layout) VALUES (?, 1, ?)',
    [serviceKeyId, layout],
  )) as [{ affectedRows: number }];
  return result.affectedRows === 1;
}

/** Every bot's layout, and when it was read. */
export async function listLayouts(database: Database): Promise<(StoredLayout & { serviceKeyId: string })[]> {
  const rows = await database('bot_shards')
    .orderBy('serviceKeyId')
    .select('serviceKeyId', 'version', 'layout', database.raw(`${nowMs} AS nowMs`));
  return rows.map((row) => ({ ...row, layout: parseLayout(row.layout), nowMs: Number(row.nowMs) }));
}
