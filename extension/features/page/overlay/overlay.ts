import type { ConnectionView, PageNews, PageRequest } from '../../messaging/protocol.ts';
import type { Run } from '../../runs/run.ts';
import type { ShownRun } from '../shownRun.ts';

/** Everything of ours that one frame shows. */
export interface Overlay {
  show(elementId: string, run: Run): boolean;
  take(news: PageNews): Promise<void>;
  /** Runs on show, for a connection that was made anew. */
  listRunIds(): string[];
  setConnection(state: ConnectionView): void;
  setExposed(isExposed: boolean): void;
  shown: Map<string, ShownRun>;
  remove(runId: string): void;
  redraw(): void;
  send(request: PageRequest): void;
}
