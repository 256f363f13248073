import type { Board } from './board.ts';
import { type Tile, tileBytes } from './tiles.ts';

export interface History {
  board: Board;
  /** The last one is the nearest. */
  past: readonly Board[];
  future: readonly Board[];
  /** What the last step was; a further one of the same, such as of one slider, goes on with it. */
  step: string | undefined;
}

const mostSteps = 200;
/** Of squares that earlier and later states alone hold. */
const mostBytes = 384 * 1024 * 1024;

export const beginHistory = (board: Board): History => ({ board, past: [], future: [], step: undefined });

/** @param step a name: steps of the same name in a row are taken back as one */
export function addStep(history: History, board: Board, step?: string): History {
  if (board === history.board) return history;
  if (step !== undefined && step === history.step) return { ...history, board, future: [] };
  const past = bound([...history.past, history.board].slice(-mostSteps), board);
  return { board, past, future: [], step };
}

/** What is seen and not undone, such as which layer is chosen. */
export const replaceBoard = (history: History, board: Board): History => ({ ...history, board });

export function undo({ board, past, future, step }: History): History {
  const before = past.at(-1);
  if (!before) return { board, past, future, step };
  return { board: before, past: past.slice(0, -1), future: [...future, board], step: undefined };
}

export function redo({ board, past, future, step }: History): History {
  const next = future.at(-1);
  if (!next) return { board, past, future, step };
  return { board: next, past: [...past, board], future: future.slice(0, -1), step: undefined };
}

/** Without the oldest, as far as all together hold more than they may. */
function bound(past: readonly Board[], board: Board): readonly Board[] {
  const seen = new Set<Tile>();
  const see = ({ layers, selection }: Board) => {
    for (const { tiles } of layers) for (const tile of tiles.values()) seen.add(tile);
    for (const tile of selection?.values() ?? []) seen.add(tile);
  };
  see(board);
  const free = seen.size;
  for (let at = past.length - 1; at >= 0; at--) {
    see(past[at] as Board);
    if ((seen.size - free) * tileBytes > mostBytes) return past.slice(at + 1);
  }
  return past;
}
