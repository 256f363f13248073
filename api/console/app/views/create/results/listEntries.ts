import type { AssetView } from '../../../../../contract/assets/assets.ts';
import type { TaskView } from '../../../../../contract/tasks/tasks.ts';
import type { LiveTasks } from '../../../data/applyEvent.ts';
import type { Press } from '../requests/presses.ts';
import { aspectOf, countOf } from '../requests/remakes.ts';

/** One card: a press without a task, a task without results, or one result. */
export type Entry = { key: string; aspect: number } & (
  | { kind: 'press'; press: Press }
  | { kind: 'open' | 'ended'; task: TaskView; preview?: string | undefined; isFirst: boolean }
  | { kind: 'result'; task: TaskView; output: AssetView; at: number }
);

export interface EntrySource {
  presses: readonly Press[];
  /** What the server lists. */
  listed: readonly TaskView[];
  live: LiveTasks;
  keyOfTask: ReadonlyMap<string, string>;
  /** Cards that the person has put away. */
  dismissed: ReadonlySet<string>;
}

/** Newest first. A card keeps its key from the press to the result, so that nothing jumps. */
export function listEntries({ presses, listed, live, keyOfTask, dismissed }: EntrySource): Entry[] {
  const tasks = new Map(listed.map((task) => [task.id, { task }]));
  const cards = presses.flatMap((press) =>
    eachPlace(press.state === 'refused' ? 1 : press.count, (at): Entry => {
      return { kind: 'press', key: `${press.key}:${at}`, aspect: press.aspect, press };
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
    cards.push(...entriesOf(task, preview, keyOfTask.get(task.id) ?? task.id));
  }
  return cards;
}

function entriesOf(task: TaskView, preview: string | undefined, key: string): Entry[] {
  const aspect = aspectOf(task);
  if (task.outputs.length > 0)
    return task.outputs.map((output, at) => ({
      kind: 'result',
      key: `${key}:${at}`,
      aspect: output.width / output.height,
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
    preview: at === 0 ? preview : undefined,
    isFirst: at === 0,
  }));
}

const eachPlace = <T>(count: number, make: (at: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => make(at));
