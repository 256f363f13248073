import type { AssetView } from '@star-graph/contract/assets/assets';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import type { LiveTasks } from '../../../data/applyEvent.ts';
import type { GridCell } from '../grid/gridCell.ts';
import type { Press } from '../presses.ts';
import { gridCellOf } from '../pressRef.ts';
import { aspectOf, countOf } from '../remakes.ts';

/** One place of the session: of a press without a task, of a task without results, or one result. */
export type Entry = { key: string; aspect: number } & (
  | { kind: 'press'; press: Press }
  | { kind: 'open' | 'ended'; task: TaskView; preview?: string | undefined }
  | { kind: 'result'; task: TaskView; output: AssetView; at: number }
);

/** What one press asked for, with a place for each picture: all of one kind, or all of a grid. */
export interface Group {
  key: string;
  entries: readonly Entry[];
  /** Of any of its places; undefined: it is no grid. */
  grid?: GridCell | undefined;
}

/** The place of an entry in the grid that it is of. */
export const cellOf = (entry: Entry): GridCell | undefined =>
  entry.kind === 'press' ? entry.press.grid : gridCellOf(entry.task);

export interface GroupSource {
  presses: readonly Press[];
  /** What the server lists. */
  listed: readonly TaskView[];
  live: LiveTasks;
  keyOfTask: ReadonlyMap<string, string>;
  /** Groups that the person has put away. */
  dismissed: ReadonlySet<string>;
}

/** Newest first. A place keeps its key from the press to the result, so that nothing jumps. */
export function listGroups({ presses, listed, live, keyOfTask, dismissed }: GroupSource): Group[] {
  const tasks = new Map(listed.map((task) => [task.id, { task }]));
  const groups = presses.map(
    ({ key, ...press }): Group => ({
      key,
      entries: eachPlace(press.state === 'refused' ? 1 : press.count, (at): Entry => {
        return { kind: 'press', key: `${key}:${at}`, aspect: press.aspect, press: { key, ...press } };
      }),
    }),
  );
  for (const [id, told] of live) {
    // A list may know of an end that no event told, and has newer addresses of the results.
    if (!tasks.get(id)?.task.finishedAt) tasks.set(id, told);
  }
  // Ids are in the order of creation.
  const newest = [...tasks.values()].sort((a, b) => (a.task.id < b.task.id ? 1 : -1));
  for (const { task, preview } of newest as { task: TaskView; preview?: string }[]) {
    // Ends without a result are news for whoever waits for one; older ones stand among the tasks.
    const isNews = live.has(task.id) || !task.finishedAt;
    if (dismissed.has(task.id) || (task.outputs.length === 0 && !isNews)) continue;
    const key = keyOfTask.get(task.id) ?? task.id;
    groups.push({ key, entries: entriesOf(task, preview, key) });
  }
  return joinGrids(groups);
}

/** The places of a grid stand together, row by row, where its newest one would. */
function joinGrids(groups: readonly Group[]): Group[] {
  const gridOf = ({ entries: [first] }: Group) => first && cellOf(first);
  const placeOf = (entry: Entry) => {
    const [column, row] = cellOf(entry)?.at ?? [0, 0];
    return row * 100 + column;
  };
  const joined = Map.groupBy(groups, (group) => gridOf(group)?.id ?? group.key);
  return [...joined].flatMap(([id, parts]): Group[] => {
    const grid = parts[0] && gridOf(parts[0]);
    if (!grid) return parts;
    const entries = parts.flatMap((part) => part.entries).sort((a, b) => placeOf(a) - placeOf(b));
    return [{ key: id, entries, grid }];
  });
}

function entriesOf(task: TaskView, preview: string | undefined, key: string): Entry[] {
  const aspect = aspectOf(task);
  if (task.outputs.length > 0)
    return task.outputs.map((output, at) => ({
      kind: 'result',
      key: `${key}:${at}`,
      aspect: output.width / output.height || 1,
      task,
      output,
      at,
    }));
  const kind = task.finishedAt ? 'ended' : 'open';
  return eachPlace(kind === 'open' ? countOf(task.params) : 1, (at) => ({
    kind,
    key: `${key}:${at}`,
    aspect,
    task,
    // A server draws what it shows meanwhile of the first picture alone.
    preview: at === 0 ? preview : undefined,
  }));
}

const eachPlace = <T>(count: number, make: (at: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => make(at));

/** The place that is looked at: the chosen one while it is there, else the newest that is or becomes a picture. */
export function findShown(groups: readonly Group[], chosen: string | undefined): Entry | undefined {
  const all = groups.flatMap(({ entries }) => entries);
  return all.find(({ key }) => key === chosen) ?? all.find(({ kind }) => kind !== 'ended') ?? all[0];
}

export type Step = 'next' | 'previous' | 'down' | 'up';

/** Sideways from picture to picture, up and down from group to group; undefined: there is nothing further. */
export function stepFrom(groups: readonly Group[], from: Entry, step: Step): Entry | undefined {
  if (step === 'next' || step === 'previous') {
    const all = groups.flatMap(({ entries }) => entries);
    const at = all.findIndex(({ key }) => key === from.key);
    return all[step === 'next' ? at + 1 : at - 1];
  }
  const at = groups.findIndex(({ entries }) => entries.some(({ key }) => key === from.key));
  return groups[step === 'down' ? at + 1 : at - 1]?.entries[0];
}
