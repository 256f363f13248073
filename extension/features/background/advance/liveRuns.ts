import type { AssetView } from '@star-graph/api/contract/assets/assets';
import type { TerminalEventView } from '@star-graph/api/contract/events';
import type { Ports } from '../../messaging/ports.ts';
import type { FoundPicture } from '../../messaging/protocol.ts';
import type { Run, RunProgress } from '../../runs/run.ts';

/** What one worker knows of the runs that it brings forward. It ends with the worker; nothing here is stored. */
export interface LiveRuns {
  /** The last progress of each run, for pages that come later. */
  progress: Map<string, RunProgress>;
  /** By run, what the page showed when the person chose it, until it is read. A later worker looks there again. */
  chosenPictures: Map<string, FoundPicture>;
  /** Runs that this worker brings forward right now; another worker's are gone with it. */
  active: Set<string>;
  /** By run, the file of a result that is on its way to its page. */
  resultFiles: Map<string, ResultFile>;
  /** Ends of tasks that were told before their number was known here, while something is being submitted. */
  earlyEnds: Map<string, EndEvent>;
}

export const createLiveRuns = (): LiveRuns => ({
  progress: new Map(),
  chosenPictures: new Map(),
  active: new Set(),
  resultFiles: new Map(),
  earlyEnds: new Map(),
});

export interface RunDeps {
  ports: Pick<Ports, 'tellRun' | 'tellFrame' | 'hasFrame' | 'tellPanels'>;
  live: LiveRuns;
  /** Sees to it that events of tasks arrive. */
  follow(): void;
  /** Called once for each run that ended. */
  onEnd(run: Run): Promise<void>;
}

export type EndEvent = TerminalEventView;

export type ResultFile = Pick<AssetView, 'url' | 'bytes' | 'mime' | 'width' | 'height'>;
