import type { EventView } from '@star-graph/contract/events';
import type { PictureAction } from '../runs/pictureActions.ts';
import type { Remedy } from '../runs/remedies.ts';
import type { PlayedKind, Run, RunProgress } from '../runs/run.ts';
import type { EncodedFile } from './encodedFile.ts';

/** Facts about a picture that the script in its page found. */
export interface FoundPicture {
  elementId: string;
  kind: 'image' | 'background' | 'canvas' | 'video' | 'audio';
  /** The address to fetch, best first: the largest of a srcset, then what is shown. Empty for a canvas. */
  urls: string[];
  /** What the element shows now: a different address later means another picture. Empty for a canvas. */
  shownUrl: string;
  /** The width of what is shown; 0 when unknown. */
  width: number;
  height: number;
  /** Of the frame's own document, used as the Referer for its pictures. */
  frameUrl: string;
  /** The address of the top page, if the frame knows it. */
  pageUrl: string;
  fileName: string;
}

/** Of a click in a menu. Firefox alone names the element, by a number for its content scripts. */
interface MenuPlace {
  targetElementId?: number;
}

/** How a picture is to be found in a frame. */
export type Search =
  | { by: 'address'; srcUrl: string; menu?: MenuPlace }
  /** What the pointer is over now: no menu was open. */
  | { by: 'pointer' }
  /** What the last menu was opened on. */
  | { by: 'menu'; menu: MenuPlace }
  /** Images that look like the one with this id, itself included. */
  | { by: 'likeness'; elementId: string }
  /** Every image of some size, each once. */
  | { by: 'size' }
  /** What a person may choose among, large ones first. */
  | { by: 'sight' }
  /** A video shows its poster as a picture, too. */
  | { by: 'element'; elementId: string; inputKind?: PlayedKind }
  /** `isStill`: not the film, but the frame that it shows. */
  | { by: 'video'; srcUrl: string; menu?: MenuPlace; isStill?: true }
  | { by: 'audio'; srcUrl: string; menu?: MenuPlace }
  /** The picture whose button was pressed. */
  | { by: 'button' };

/** Questions of the background to our scripts in one frame; each but `unexpose` is answered. */
export type PageQuestion =
  | { kind: 'find'; search: Search }
  /** Shows the ring of a run at once. False when the picture is gone. */
  | { kind: 'show'; elementId: string; run: Run }
  /** Outlines pictures of the frame for the person to choose one. */
  | { kind: 'offer'; elementIds: string[] }
  | { kind: 'withdraw' }
  /** Bytes that only the page can read: data:, blob:, or its own origin. */
  | { kind: 'read'; url: string; maxBytes: number }
  /** Pixels by a canvas. */
  | { kind: 'draw'; elementId: string }
  | { kind: 'rasterise'; svg: string; longestSidePx: number }
  /** Clears the view of the picture for a picture of the screen. */
  | { kind: 'expose'; elementId: string }
  | { kind: 'unexpose' };

export interface PageAnswers {
  find: FoundPicture[];
  show: boolean;
  offer: true;
  withdraw: true;
  read: EncodedFile | 'too-large' | undefined;
  draw: EncodedFile | undefined;
  rasterise: EncodedFile | undefined;
  expose: ExposedArea | undefined;
  unexpose: undefined;
}

/** One part of a result: messages have a size limit, and a worker may die between two parts. */
export interface ResultPart extends EncodedFile {
  /** The place of the first byte in the whole file. */
  fromByte: number;
  totalBytes: number;
  /** The width of the whole picture, in pixels. */
  width: number;
  height: number;
}

/** The part of the picture that the tab shows, in CSS pixels of the tab's viewport. */
export interface ExposedArea {
  x: number;
  y: number;
  width: number;
  height: number;
  devicePixelRatio: number;
}

export const pagePortName = 'star-graph-page';

export const panelPortName = 'star-graph-panel';

export type ResultSource = 'result' | 'original';

/**
 * From a page's script to the background, over its port. All concern that tab and frame, and their runs. Requests
 * that cost credits or lose work say whether the person certainly saw the pressed button. If not, the page may have
 * covered it, and the person is asked again in a window of ours.
 */
export type PageRequest =
  | { kind: 'attach'; runIds: string[] }
  /** Changes the factor of a batch that waits for its answer. */
  | { kind: 'rescale'; runIds: string[]; scale: 2 | 4 }
  | {
      kind: 'openResult' | 'openCanvas' | 'openGrid' | 'saveResult' | 'againWith' | 'decline' | 'gone';
      runId: string;
    }
  /** The picture is on the page again, perhaps as another element. */
  | { kind: 'placed'; runId: string; elementId: string }
  | { kind: 'cancel' | 'retry' | 'confirm' | Remedy; runId: string; isSeen: boolean }
  /** Starts another run from the shown picture: the result, or its original. */
  | { kind: 'upscaleAgain'; runId: string; source: ResultSource; scale: 2 | 4; isSeen: boolean }
  | { kind: 'img2imgAgain'; runId: string; source: ResultSource }
  /** The next part of the result; parts are requested one by one, so that only one is in transit. */
  | { kind: 'readResult'; runId: string; fromByte: number }
  /** The result is complete, or the person is told why it will not arrive. */
  | { kind: 'taken'; runId: string }
  /** Of the offered pictures; absent when the person wants none. */
  | { kind: 'choose'; elementId?: string; isSeen: boolean }
  /** Keeps the worker awake while something is shown. */
  | { kind: 'awake' };

export type ConnectionView = 'connected' | 'connecting' | 'signedOut' | 'idle';

/** What the background tells a page's script. */
export type PageNews =
  | { kind: 'run'; run: Run; progress?: RunProgress }
  | { kind: 'resultPart'; runId: string; part: ResultPart }
  | { kind: 'resultFailed'; runId: string; reason: 'unreachable' | 'tooLarge' }
  /** Every picture of the batch is shown: once each has its price, the person is asked. */
  | { kind: 'batch'; batchId: string }
  | { kind: 'connection'; state: ConnectionView };

/** Finds and reads pictures in pages where the person asks for something. */
export const pageScript = '/page.js';

/** Beside it, in pages that have something to show. */
export const overlayScript = '/overlay.js';

/** In the pages of allowed sites while the menu is shown everywhere. */
export const menuTargetScript = '/menuTarget.js';

/** In the pages of allowed sites where a button on pictures is wanted. Nothing else of ours is in a page. */
export const hoverButtonScript = '/hoverButton.js';

/** Reports, in the pages of sites with such a rule, which pictures are to be enlarged without a press. */
export const pagesScript = '/pages.js';

/** Tells a script that its rule is no longer the same. */
export type RuleEnd = { kind: 'ruleEnd'; script: string };

/** From a script that a rule of the site brought: what the rule says; `null` is for all pictures. */
export interface RuleQuestion {
  kind: 'ruleQuestion';
  script: string;
}

/** From the script of the button: what the person chose for the picture that it remembers. */
export interface ButtonPress {
  kind: 'buttonPress';
  action: PictureAction;
  /** The address of the picture, for the browser's question; empty when it has none. */
  srcUrl: string;
  isSeen: boolean;
}

/** From the script that reports pictures: those that the person reads now and next, in their order. */
export interface PagesReport {
  kind: 'pagesReport';
  elementIds: string[];
}

/** The pictures that need no further report; `null` when nothing is sent for now. */
export type PagesAnswer = string[] | null;

/** News for the extension's own pages. */
export type PanelNews =
  /** The port was just opened. All news from here on comes; what was read before may lack earlier ones. */
  | { kind: 'listening' }
  | { kind: 'event'; event: EventView }
  | { kind: 'run'; run: Run }
  | { kind: 'connection'; state: ConnectionView };
