import type { QuoteView } from '@star-graph/contract/tasks/generate';
import { findShortage, type Shortage } from '@star-graph/contract/tasks/shortage';
import type { TranslationView } from '@star-graph/contract/tasks/translation';
import { findEnding } from '@star-graph/workflows/shared/mediaKinds';
import type { ShownProblem } from './problem.ts';

/**
 * A run is one picture or video on its way through this browser, from the click to the result.
 *
 * `reading → uploading → submitting → waiting → running → succeeded | failed | cancelled`; a picture of a batch or of
 * a form, or one with a high price, stops at `quoted` after its upload until the person says go. Up to `submitting` the run lives here alone; from
 * `waiting` on it is a task of the server, known by `taskId`, and only the server ends it.
 */
type RunState =
  | 'reading'
  | 'uploading'
  | 'quoted'
  | 'submitting'
  | 'waiting'
  | 'running'
  | 'succeeded'
  | 'failed'
  | 'cancelled';

/** What plays in a page. */
export type PlayedKind = 'video' | 'audio';

/** A page of the console that begins with the picture or sound; no task is made here. */
export type ConsoleView = 'canvas' | 'create' | 'sound';

/** Notes for the person about how the picture was read. */
export type RunNote = 'screen-pixels' | 'canvas-pixels' | 'first-frame' | 'shrunk' | 'svg-drawn';

/** Where the picture stands. `elementId` is good until the page is left; `srcUrl` finds the picture again after that. */
export interface PicturePlace {
  tabId: number;
  frameId: number;
  pageUrl: string;
  elementId: string;
  srcUrl: string;
  /** The picture has left the page; the result is reported another way unless the picture is found again. */
  isGone?: true;
  /** The frame has not confirmed that it shows the run: a worker that dies in between leaves it so. */
  isUnconfirmed?: true;
}

export interface Run {
  id: string;
  /** The idempotency key of its task: the same while one submission is repeated, another for a new try. */
  taskKey: string;
  state: RunState;
  workflow: string;
  params: Record<string, unknown>;
  notes: RunNote[];
  place?: PicturePlace;
  /** Web page that the picture came from; absent for a dropped or pasted one. */
  sourceUrl?: string;
  /** A name for the saved file, without its extension. */
  fileName: string;
  batchId?: string;
  /** Waits for a yes after its upload. */
  isAsked?: boolean;
  /** Nobody pressed: a rule of the site began it, within the budget of the day. */
  isAutomatic?: true;
  inputAssetId?: string;
  /** Absent: a picture. */
  inputKind?: PlayedKind;
  /** It ends with its upload, which the console opens. */
  opensIn?: ConsoleView;
  /** The parameter that takes the input; absent: it is named as the kind. */
  inputParam?: string;
  /** For a run on a result: the source of the first run in the chain. */
  originalAssetId?: string;
  /** Whether the page may come to know the result's pixels. */
  isExposable?: boolean;
  parentId?: string;
  /** Of a run that makes a result again: the workflow that made it, and what became of its values. */
  translation?: { from: string; notes: TranslationView['notes'] };
  cost?: number;
  /** Credits that the person had when the price was asked for. */
  available?: number;
  /** What the server pays of such prices. */
  sharedCredits?: QuoteView['sharedCredits'];
  /** The price that the person said yes to. */
  agreedCost?: number;
  /** What a cancelled run cost, for the part that was computed. */
  charged?: number;
  taskId?: string;
  /** What it asks for: the bytes of its picture, the workflow and the values. Absent where a form asks for the values. */
  wish?: string;
  /** The open run with the same wish that it joined: both show one task. */
  joined?: string;
  /** Others may have joined it. */
  isLead?: true;
  outputAssetId?: string;
  problem?: ShownProblem;
  /** The result has come to the person: on the picture, or by a notification. */
  isDelivered?: boolean;
  createdAtMs: number;
}

/** The original picture; undefined until it is uploaded. */
export const originalOf = ({ originalAssetId, inputAssetId }: Run): string | undefined =>
  originalAssetId ?? inputAssetId;

/** The parameter that names what the run starts from. */
export const inputOf = ({
  inputAssetId,
  inputKind,
  inputParam = inputKind ?? 'image',
}: Pick<Run, 'inputAssetId' | 'inputKind' | 'inputParam'>): Record<string, string> =>
  inputAssetId === undefined ? {} : { [inputParam]: inputAssetId };

/** Its values name all pictures that it needs: nothing is left to read. */
export const hasInput = ({ inputAssetId, translation }: Run): boolean =>
  inputAssetId !== undefined || translation !== undefined;

export const endStates: readonly RunState[] = ['succeeded', 'failed', 'cancelled'];

export const isEnded = (run: Run): boolean => endStates.includes(run.state);

/** Waits for a yes to its price, on its own. */
export const isPriceAsked = (run: Run): boolean =>
  run.state === 'quoted' &&
  run.batchId === undefined &&
  run.cost !== undefined &&
  run.available !== undefined;

/** What is missing for all of them together; undefined: nothing, or not every price is known. */
export function shortageOf(runs: readonly Run[]): Shortage | undefined {
  const priced = runs.flatMap(({ cost, available, sharedCredits }) =>
    cost === undefined || available === undefined ? [] : [{ cost, available, sharedCredits }],
  );
  return priced.length === runs.length ? findShortage(priced) : undefined;
}

/** Exists only in this browser; if it ends, the server loses nothing. */
export const isLocal = (run: Run): boolean => run.taskId === undefined && !isEnded(run);

/** Of the saved file. Browsers refuse names that begin with a dot. */
export const nameResult = ({ fileName }: Pick<Run, 'fileName'>, mime: string): string =>
  `${fileName.replace(/^\.+/, '')}.${findEnding(mime) ?? 'png'}`;

/** Shown while a task waits or runs; never stored. */
export interface RunProgress {
  percent: number;
  step?: number;
  steps?: number;
  queuePosition?: number;
  etaSeconds?: number;
  cancelCost?: number;
  preview?: { mime: string; base64: string };
}
