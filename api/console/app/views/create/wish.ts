import type { TaskMetaView } from '@star-graph/contract/tasks/tasks';
import type { GridCell } from './grid/gridCell.ts';

/** What is asked for by one press. */
export interface Wish {
  workflow: string;
  params: Readonly<Record<string, unknown>>;
  meta?: Omit<TaskMetaView, 'clientRef'>;
  /** How many results are expected, and in which shape, for the places that they will take. */
  count: number;
  aspect: number;
  /** Where it stands, if it is one of a grid. */
  grid?: GridCell;
  /** Made small and in few steps, for one of them to be finished. */
  isQuick?: true;
}
