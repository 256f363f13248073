import type { AssetView } from '@star-graph/contract/assets/assets';
import type { TerminalEventView } from '@star-graph/contract/events';
import type { Ports } from '../../messaging/ports.ts';
import type { FoundPicture } from '../../messaging/protocol.ts';
import type { Run, RunProgress } from '../../runs/run.ts';

/** State that one worker has of the runs it advances. It ends with the worker; nothing here is stored. */
interface LiveRuns {
  /** The last progress of each run, for pages that come later. */
  progress: Map<string, RunProgress>;
  /** By run, what the page showed when the person chose it, until it is read. A later worker looks there again. */
  chosenPictures: Map<string, FoundPicture>;
  /** What this worker heard of, pressed on pages. */
  presses: Set<string>;
  /** Runs that this worker is advancing; an earlier worker's ended with it. */
  active: Set<string>;
  /** By run, the file of a result that is on its way to its page. */
  resultFiles: Map<string, ResultFile>;
  /** Task ends that arrived before the task's id, while a submission is under way. */
  earlyEnds: Map<string, EndEvent>;
}

export const createLiveRuns = (): LiveRuns => ({
  progress: new Map(),
  chosenPictures: new Map(),
  presses: new Set(),
  active: new Set(),
  resultFiles: new Map(),
  earlyEnds: new Map(),
});

export interface RunDeps {
  ports: Pick<Ports, 'tellRun' | 'tellFrame' | 'hasFrame' | 'tellPanels'>;
  live: LiveRuns;
  /** Makes sure that task events arrive. */
  follow(): void;
  /** Takes a run on from where it is. */
  advance(runId: string): void;
  /** Called once for each run that ended. */
  onEnd(run: Run): Promise<void>;
}

export type EndEvent = TerminalEventView;

export type ResultFile = Pick<AssetView, 'url' | 'bytes' | 'mime' | 'width' | 'height'>;
