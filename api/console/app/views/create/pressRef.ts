import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { type GridCell, parseGridCell } from './grid/gridCell.ts';

const prefix = 'press:';

const quickMark = 'quick';

/** The note that a task carries, so that its press, its place in a grid and a quick draft are known again. */
export function refOf({ key, grid, isQuick }: { key: string; grid?: GridCell; isQuick?: true }): string {
  const rest = grid ? JSON.stringify(grid) : isQuick && quickMark;
  return rest ? `${prefix}${key} ${rest}` : prefix + key;
}

function readRef({ meta: { clientRef = '' } }: Pick<TaskView, 'meta'>) {
  if (!clientRef.startsWith(prefix)) return {};
  const [key] = clientRef.slice(prefix.length).split(' ', 1);
  return { key, rest: clientRef.slice(prefix.length + (key?.length ?? 0) + 1) };
}

/** The press that a task was made by; undefined: not by this view. */
export const pressOfTask = (task: Pick<TaskView, 'meta'>): string | undefined => readRef(task).key;

/** Its place in a grid; undefined: it was asked for alone. */
export const gridCellOf = (task: Pick<TaskView, 'meta'>): GridCell | undefined =>
  parseGridCell(readRef(task).rest ?? '');

/** Whether it was asked for as a quick draft. */
export const isQuickTask = (task: Pick<TaskView, 'meta'>): boolean => readRef(task).rest === quickMark;
