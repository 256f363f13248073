import type { MediaKind } from '@star-graph/workflows/shared/mediaKinds';
import type { QueryBuilder } from 'objection';
import type { Database } from '../../ground/db/connect.ts';
import { Asset } from '../../ground/db/models/asset.ts';
import { Task } from '../../ground/db/models/task.ts';
import { firstIdAt, isId } from '../../ground/runtime/ids.ts';
import { comparable, listPassed, type Passed, promptText } from './promptFilters.ts';

/*
 * All assets of a person. No index serves every combination of filters, and none serves a part of a prompt. So a page is
 * read in windows over an index of the person's own assets: a request looks at some thousands of them and answers with
 * what it found and the place where the next one goes on. A search leaps over those whose prompts cannot match, by
 * `promptFilters`. Accepting a task costs nothing more.
 */

export interface AssetFilter {
  media?: MediaKind;
  kind?: Asset['kind'];
  /** The workflow of the task that made the asset. */
  workflow?: string;
  model?: string;
  seed?: number;
  shape?: keyof typeof shapes;
  /** Created at or after. */
  from?: Date;
  /** Created before. */
  to?: Date;
  favourite?: true;
  /** The id of a collection, or of a tag. Of both the collection is read, and each picture is asked for its tag. */
  collection?: string;
  tag?: string;
  /** Made from this one: by a task that took it, or one without inputs that goes on from its task. */
  parent?: Pick<Asset, 'id' | 'taskId'>;
  /** All of these are in the prompt, each as it stands. */
  words?: readonly string[];
  /** Default: the newest first. */
  sort?: keyof typeof orders;
}

/** By a column and then by the id, or by the id alone. */
const orders = {
  newest: { index: 'assets_user', direction: 'desc', key: undefined },
  oldest: { index: 'assets_user', direction: 'asc', key: undefined },
  favourites: { index: 'assets_favourites', direction: 'desc', key: 'favourite' },
  largest: { index: 'assets_bytes', direction: 'desc', key: 'bytes' },
} as const;

const orderOf = ({ sort = 'newest' }: AssetFilter) => orders[sort];

/** A row in an order; `key` is the value of its column. */
interface Place {
  id: string;
  key?: number;
}

/** What a page goes on from: `<id>`, or `<key> <id>` in an order that has one. */
export const isPlaceIn = (sort: AssetFilter['sort'], text: string): boolean =>
  parsePlace({ ...(sort && { sort }) }, text) !== undefined;

function parsePlace(filter: AssetFilter, text: string): Place | undefined {
  if (orderOf(filter).key === undefined) return isId(text) ? { id: text } : undefined;
  const [, key, id = ''] = /^(\d{1,15}) (\S+)$/.exec(text) ?? [];
  return isId(id) ? { id, key: Number(key) } : undefined;
}

const writePlace = ({ id, key }: Place): string => (key === undefined ? id : `${key} ${id}`);

function placeOf(filter: AssetFilter, asset: Asset): Place {
  const { key } = orderOf(filter);
  return { id: asset.id, ...(key !== undefined && { key: Number(asset[key]) }) };
}

/** An asset with what its task tells of it; an upload has none, and a task may be gone. */
export interface FoundAsset {
  asset: Asset;
  task?: Pick<Task, 'id' | 'workflowName' | 'workflowVersion' | 'params' | 'parentId' | 'images'>;
}

interface AssetPage {
  found: FoundAsset[];
  /** Where the next page goes on; undefined after the last. A page may be short, or empty, before that. */
  beforeId: string | undefined;
}

const windowSize = 500;
const windowsAPage = 10;
/** An id is made shortly before or after the row's time, so it bounds the rows that are read. */
const idSlackMs = 60_000;

/** In the order of the filter; `beforeId` continues a page, and `isPlaceIn` knows it. */
export async function listAssets(
  database: Database,
  userId: string,
  filter: AssetFilter,
  page: { limit: number; beforeId?: string },
): Promise<AssetPage> {
  const own = { database, userId, filter };
  let before = page.beforeId === undefined ? undefined : parsePlace(filter, page.beforeId);
  const passed = await findPassed(own);
  if (passed.length > 0 && filter.to) {
    const end = firstIdAt(filter.to.getTime() + idSlackMs);
    if (before === undefined || end < before.id) before = { id: end };
  }
  const assets: Asset[] = [];
  for (let windows = 0; windows < windowsAPage; windows++) {
    before = leap(passed, before);
    const next = passed.find(({ lastId }) => before === undefined || lastId < before.id);
    const reach = { before, above: next?.lastId };
    const floor = await findFloor(own, reach);
    const wanted = page.limit - assets.length;
    const rows = await readWindow(own, { ...reach, floor, limit: wanted + 1 });
    assets.push(...rows.slice(0, wanted));
    const last = assets.at(-1);
    if (rows.length > wanted && last) return present(database, assets, placeOf(filter, last));
    if (floor === undefined && !next) return present(database, assets, undefined);
    before = floor ?? (next && { id: next.firstId });
    if (assets.length === page.limit) break;
  }
  return present(database, assets, before);
}

/** Only of all of a person's pictures, the newest first: favourites, collections and tags are few. */
const findPassed = async ({ database, userId, filter }: Own): Promise<readonly Passed[]> =>
  filter.words === undefined || filter.favourite || setOf(filter) || orderOf(filter) !== orders.newest
    ? []
    : listPassed(database, userId, filter.words);

/** The place behind what cannot match, where one is in the middle of that. */
function leap(passed: readonly Passed[], before: Place | undefined): Place | undefined {
  const over = passed.find(
    ({ firstId, lastId }) => before !== undefined && firstId < before.id && before.id <= lastId,
  );
  return over ? { id: over.firstId } : before;
}

interface Own {
  database: Database;
  userId: string;
  filter: AssetFilter;
}

/** The index that is read in windows, and its ids. The server would begin elsewhere if it could choose. */
function sourceOf(filter: AssetFilter): { tables: string; id: string } {
  const set = setOf(filter);
  if (!set) {
    const { key, index } = orderOf(filter);
    const isOfFavourites = filter.favourite && key === undefined;
    return {
      tables: `assets FORCE INDEX (${isOfFavourites ? 'assets_favourites' : index})`,
      id: 'assets.id',
    };
  }
  const id = `${set.table}.asset_id`;
  return { tables: `${set.table} FORCE INDEX (PRIMARY) STRAIGHT_JOIN assets ON assets.id = ${id}`, id };
}

/**
 * The rows that name what is listed, where it is one of the person's sets. What is in a collection is few, so it is
 * sorted; in an order of its own each of all pictures is asked for a tag.
 */
function setOf(filter: AssetFilter): { table: string; column: string; of: string } | undefined {
  const { collection, tag } = filter;
  if (collection !== undefined)
    return { table: 'collection_assets', column: 'collection_assets.collection_id', of: collection };
  if (tag !== undefined && orderOf(filter).key === undefined)
    return { table: 'asset_tags', column: 'asset_tags.tag_id', of: tag };
  return undefined;
}

/** Where the window ends that begins at `before`: its last row. Undefined: it reaches to the end. */
async function findFloor(own: Own, reach: Omit<Window, 'floor'>): Promise<Place | undefined> {
  const { database, filter } = own;
  const { tables, id } = sourceOf(filter);
  const query = Asset.query(database)
    .from(database.raw(tables))
    .select('assets.id', ...keyColumn(filter))
    .orderBy(sorted(filter, id))
    .offset(windowSize - 1)
    .limit(1);
  const [last] = await within(query, own, { ...reach, floor: undefined });
  return last && placeOf(filter, last);
}

function keyColumn(filter: AssetFilter): string[] {
  const { key } = orderOf(filter);
  return key === undefined ? [] : [`assets.${key}`];
}

function sorted(filter: AssetFilter, id: string) {
  const { direction: order } = orderOf(filter);
  return [...keyColumn(filter), id].map((column) => ({ column, order }));
}

interface Window {
  /** The last row in it. */
  floor: Place | undefined;
  before: Place | undefined;
  /** It reaches down to this id, and not to it. */
  above: string | undefined;
}

function readWindow(own: Own, { limit, ...window }: Window & { limit: number }): Promise<Asset[]> {
  const { database, filter } = own;
  const { workflow, model, seed, shape, words, parent } = filter;
  const needsTask = [workflow, model, seed, words, parent].some((asked) => asked !== undefined);
  const { tables, id } = sourceOf(filter);
  const query = Asset.query(database)
    .from(database.raw(`${tables}${needsTask ? ' STRAIGHT_JOIN tasks ON tasks.id = assets.task_id' : ''}`))
    .select('assets.*')
    .whereNull('assets.deletedAt')
    .whereNull('assets.quarantinedAt')
    .where('assets.isMask', false)
    .orderBy(sorted(filter, id))
    .limit(limit);
  within(query, own, window);
  if (filter.media !== undefined)
    query.where('assets.mime', 'like', `${filter.media === 'model3d' ? 'model' : filter.media}/%`);
  if (filter.kind !== undefined) query.where('assets.kind', filter.kind);
  if (filter.from !== undefined) query.where('assets.createdAt', '>=', filter.from);
  if (filter.to !== undefined) query.where('assets.createdAt', '<', filter.to);
  if (workflow !== undefined) query.where('tasks.workflowName', workflow);
  if (model !== undefined) query.whereRaw(`${modelText} = ?`, [model]);
  if (seed !== undefined) query.whereRaw("JSON_VALUE(tasks.params, '$.seed') = ?", [String(seed)]);
  // What is not seen has no size.
  if (shape !== undefined)
    query.where('assets.width', shapes[shape], database.ref('assets.height')).where('assets.width', '>', 0);
  if (filter.tag !== undefined && setOf(filter)?.of !== filter.tag)
    query.whereRaw('EXISTS (SELECT 1 FROM asset_tags WHERE tag_id = ? AND asset_id = assets.id)', [
      filter.tag,
    ]);
  if (parent !== undefined) query.whereRaw(wasMadeFrom, [parent.id, parent.taskId]);
  for (const word of words ?? [])
    query.whereRaw(`${comparable(promptText)} LIKE ?`, [`%${escapeLike(word)}%`]);
  return query.execute();
}

/** Bounds by index entries alone. */
function within(
  query: QueryBuilder<Asset, Asset[]>,
  { userId, filter }: Own,
  { floor, before, above }: Window,
): QueryBuilder<Asset, Asset[]> {
  const { id } = sourceOf(filter);
  query.where('assets.userId', userId);
  if (filter.favourite) query.where('assets.favourite', true);
  const set = setOf(filter);
  if (set) query.where(set.column, set.of);
  const isRising = orderOf(filter).direction === 'asc';
  if (floor !== undefined) onSide(query, id, filter, floor, isRising ? '<=' : '>=');
  if (filter.from !== undefined) query.where(id, '>=', firstIdAt(filter.from.getTime() - idSlackMs));
  if (filter.to !== undefined) query.where(id, '<', firstIdAt(filter.to.getTime() + idSlackMs));
  if (filter.parent !== undefined) query.where(id, '>', filter.parent.id);
  if (before !== undefined) onSide(query, id, filter, before, isRising ? '>' : '<');
  if (above !== undefined) query.where(id, '>', above);
  return query;
}

/** The rows on one side of a place. The server reads the alternatives as two ranges of one index. */
function onSide(
  query: QueryBuilder<Asset, Asset[]>,
  id: string,
  filter: AssetFilter,
  place: Place,
  side: '<' | '<=' | '>' | '>=',
): void {
  const [column] = keyColumn(filter);
  if (column === undefined || place.key === undefined) query.where(id, side, place.id);
  else
    query.whereRaw(`(${column} ${side[0]} ? OR (${column} = ? AND ${id} ${side} ?))`, [
      place.key,
      place.key,
      place.id,
    ]);
}

const wasMadeFrom = `(JSON_SEARCH(tasks.images, 'one', ?, NULL, '$.*.assetId') IS NOT NULL
  OR (tasks.parent_id = ? AND JSON_LENGTH(tasks.images) = 0))`;

const shapes = { landscape: '>', portrait: '<', square: '=' } as const;

const modelText = "CONVERT(JSON_UNQUOTE(JSON_EXTRACT(tasks.params, '$.model')) USING utf8mb4)";

const escapeLike = (text: string): string => text.replaceAll(/[\\%_]/g, '\\$&');

async function present(
  database: Database,
  assets: readonly Asset[],
  before: Place | undefined,
): Promise<AssetPage> {
  return { found: await withTasks(database, assets), beforeId: before && writePlace(before) };
}

/** Each with what its task tells of it. */
export async function withTasks(database: Database, assets: readonly Asset[]): Promise<FoundAsset[]> {
  const taskIds = new Set(assets.flatMap(({ taskId }) => (taskId === null ? [] : [taskId])));
  const tasks =
    taskIds.size === 0
      ? []
      : await Task.query(database)
          .select('id', 'workflowName', 'workflowVersion', 'params', 'parentId', 'images')
          .findByIds([...taskIds]);
  const byId = new Map(tasks.map((task) => [task.id, task]));
  return assets.map((asset) => {
    const task = byId.get(asset.taskId ?? '');
    return { asset, ...(task ? { task } : {}) };
  });
}
