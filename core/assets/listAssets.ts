import type { QueryBuilder } from 'objection';
import type { Database } from '../db/connect.ts';
import { Asset } from '../db/models/asset.ts';
import { Task } from '../db/models/task.ts';
import { firstIdAt } from '../runtime/ids.ts';

/*
 * All assets of a person. No index serves every combination of filters, and none serves a part of a prompt. So a page is
 * read in windows over an index of the person's own assets: a request looks at some thousands of them and answers with
 * what it found and the place where the next one goes on. It costs the same for any number of assets, in any language,
 * and accepting a task costs nothing more.
 */

export interface AssetFilter {
  media?: 'image' | 'video';
  kind?: Asset['kind'];
  /** Of the task that made it. */
  workflow?: string;
  model?: string;
  /** Created at or after. */
  from?: Date;
  /** Created before. */
  to?: Date;
  favourite?: true;
  /** All of these are in the prompt. */
  words?: readonly string[];
}

/** An asset with what its task tells of it; an upload has none, and a task may be gone. */
export interface FoundAsset {
  asset: Asset;
  task?: Pick<Task, 'id' | 'workflowName' | 'workflowVersion' | 'params'>;
}

export interface AssetPage {
  found: FoundAsset[];
  /** Where the next page goes on; undefined after the last. A page may be short, or empty, before that. */
  beforeId: string | undefined;
}

const windowSize = 500;
const windowsAPage = 10;
/** An id is made shortly before or after the row's time, so it bounds the rows that are read. */
const idSlackMs = 60_000;

/** The newest first; `beforeId` continues a page. */
export async function listAssets(
  database: Database,
  userId: string,
  filter: AssetFilter,
  page: { limit: number; beforeId?: string },
): Promise<AssetPage> {
  const own = { database, userId, filter };
  const ends = [page.beforeId, filter.to && firstIdAt(filter.to.getTime() + idSlackMs)];
  let before = ends.filter((end) => end !== undefined).toSorted()[0];
  const assets: Asset[] = [];
  for (let windows = 0; windows < windowsAPage; windows++) {
    const floor = await findFloor(own, before);
    const wanted = page.limit - assets.length;
    const rows = await readWindow(own, { floor, before, limit: wanted + 1 });
    assets.push(...rows.slice(0, wanted));
    if (rows.length > wanted) return present(database, assets, assets.at(-1)?.id);
    if (floor === undefined) return present(database, assets, undefined);
    before = floor;
    if (assets.length === page.limit) break;
  }
  return present(database, assets, before);
}

interface Own {
  database: Database;
  userId: string;
  filter: AssetFilter;
}

const indexFor = ({ favourite }: AssetFilter): string => (favourite ? 'assets_favourites' : 'assets_user');

/** Where the window ends that begins at `before`: the id of its last row. Undefined: it reaches to the oldest. */
async function findFloor(own: Own, before: string | undefined): Promise<string | undefined> {
  const { database, filter } = own;
  const query = Asset.query(database)
    .from(database.raw('assets FORCE INDEX (??)', [indexFor(filter)]))
    .select('assets.id')
    .orderBy('assets.id', 'desc')
    .offset(windowSize - 1)
    .limit(1);
  const [last] = await within(query, own, { floor: undefined, before });
  return last?.id;
}

interface Window {
  /** The oldest id in it. */
  floor: string | undefined;
  before: string | undefined;
}

function readWindow(own: Own, { limit, ...window }: Window & { limit: number }): Promise<Asset[]> {
  const { database, filter } = own;
  const needsTask = filter.workflow !== undefined || filter.model !== undefined || filter.words !== undefined;
  // The server would begin with the tasks if it could choose.
  const tables = `assets FORCE INDEX (??)${needsTask ? ' STRAIGHT_JOIN tasks ON tasks.id = assets.task_id' : ''}`;
  const query = Asset.query(database)
    .from(database.raw(tables, [indexFor(filter)]))
    .select('assets.*')
    .whereNull('assets.deletedAt')
    .whereNull('assets.quarantinedAt')
    .orderBy('assets.id', 'desc')
    .limit(limit);
  within(query, own, window);
  if (filter.media !== undefined) query.where('assets.mime', 'like', `${filter.media}/%`);
  if (filter.kind !== undefined) query.where('assets.kind', filter.kind);
  if (filter.from !== undefined) query.where('assets.createdAt', '>=', filter.from);
  if (filter.to !== undefined) query.where('assets.createdAt', '<', filter.to);
  if (filter.workflow !== undefined) query.where('tasks.workflowName', filter.workflow);
  if (filter.model !== undefined) query.whereRaw(`${textOf('model')} = ?`, [filter.model]);
  for (const word of filter.words ?? [])
    query.whereRaw(`${textOf('prompt')} COLLATE utf8mb4_unicode_520_ci LIKE ?`, [`%${escapeLike(word)}%`]);
  return query.execute();
}

/** Bounds by index entries alone. */
function within(
  query: QueryBuilder<Asset, Asset[]>,
  { userId, filter }: Own,
  { floor, before }: Window,
): QueryBuilder<Asset, Asset[]> {
  query.where('assets.userId', userId);
  if (filter.favourite) query.where('assets.favourite', true);
  if (floor !== undefined) query.where('assets.id', '>=', floor);
  if (filter.from !== undefined) query.where('assets.id', '>=', firstIdAt(filter.from.getTime() - idSlackMs));
  if (before !== undefined) query.where('assets.id', '<', before);
  return query;
}

const textOf = (param: 'model' | 'prompt'): string =>
  `CONVERT(JSON_UNQUOTE(JSON_EXTRACT(tasks.params, '$.${param}')) USING utf8mb4)`;

const escapeLike = (text: string): string => text.replaceAll(/[\\%_]/g, '\\$&');

async function present(
  database: Database,
  assets: readonly Asset[],
  beforeId: string | undefined,
): Promise<AssetPage> {
  const taskIds = new Set(assets.flatMap(({ taskId }) => (taskId === null ? [] : [taskId])));
  const tasks =
    taskIds.size === 0
      ? []
      : await Task.query(database)
          .select('id', 'workflowName', 'workflowVersion', 'params')
          .findByIds([...taskIds]);
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const found = assets.map((asset) => {
    const task = byId.get(asset.taskId ?? '');
    return { asset, ...(task ? { task } : {}) };
  });
  return { found, beforeId };
}
