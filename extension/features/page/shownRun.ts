import type { ResultSource } from '../messaging/protocol.ts';
import { originalOf, type Run, type RunProgress } from '../runs/run.ts';
import { type ArrivedResult, createIncomingResult, type IncomingResult } from './incomingResult.ts';
import { type Box, boxOf } from './overlay/placement.ts';
import { findStanding, type Standing } from './overlay/topLayer.ts';
import { cutPart, listAddressesOf } from './pictures/findPictures.ts';
import { findElement } from './pictures/world.ts';
import { createReplacement, describeSources, type Replacement } from './replacePicture.ts';

/**
 * A run as its picture shows it: the ring while it is open, a sentence when it failed, and the result:
 * - `inPage`: the page's own image has it;
 * - `layer`: it lies over the picture in our closed root, where the page cannot read it, or no `<img>` could take it;
 * - `changed`: the page shows another picture by now, which is left alone, and the result is put again when its own
 *   comes back.
 */
export interface ShownRun {
  run: Run;
  element: Element;
  box: Box;
  standing: Standing;
  /** Of the element when the run came: others later are another picture. */
  sourcesAtStart: string;
  /** Of its picture: the page may write it in another way, or show it in another element. */
  addresses: string[];
  /** Its picture is not on the page for now: nothing is drawn, and the result is kept for when it comes back. */
  isAway: boolean;
  /** When it was put again, in a row without a pause: a page may insist on its own picture. */
  returns: { count: number; atMs: number };
  progress?: RunProgress;
  result?: ShownResult;
  replacement?: Replacement;
  incoming: IncomingResult;
  /** A result that is a text: it takes no picture's place. */
  words?: string;
  /** Why an existing result is not shown here. */
  resultProblem?: ResultProblem;
  /** The result has arrived, even if not placed yet; or it never will, which is shown. */
  isTaken?: boolean;
  /** Its source, if a result was on the picture before. */
  source?: ResultSource;
  /** The page's own picture as pixels, taken before the first result on it. */
  original?: ImageBitmap;
  /** The person is viewing the original. */
  isRestored: boolean;
  /** The pointer is on the picture. */
  isNear: boolean;
  isComparing: boolean;
}

interface ShownResult extends ArrivedResult {
  placing: 'inPage' | 'layer' | 'changed';
  /** The person has seen it in its place. */
  wasPlaced?: boolean;
  before?: ImageBitmap;
  /** For a canvas; absent until something is drawn on one. */
  pixels?: ImageBitmap;
  /** The address of a video, which plays over the picture. */
  videoUrl?: string;
}

/**
 * The transfer failed; the result is too large for a page; or the browser can neither put it into the page nor draw
 * it.
 */
type ResultProblem = 'unreachable' | 'tooLarge' | 'unplaceable';

export function createShownRun(run: Run, elementId: string): ShownRun | undefined {
  const element = findElement(elementId);
  if (!element?.isConnected) return undefined;
  return {
    run,
    element,
    box: boxOf(element),
    standing: findStanding(element),
    sourcesAtStart: describeSources(element),
    addresses: listAllAddresses(element),
    isAway: false,
    returns: { count: 0, atMs: 0 },
    incoming: createIncomingResult(),
    isRestored: false,
    isNear: false,
    isComparing: false,
  };
}

const listAllAddresses = (element: Element): string[] => [
  ...listAddressesOf(element),
  ...(element instanceof HTMLImageElement && element.currentSrc ? [cutPart(element.currentSrc)] : []),
];

/** Whether the element shows the run's picture, however the page writes it. */
export const showsPictureOf = ({ addresses, replacement }: ShownRun, element: Element): boolean =>
  listAddressesOf(element, replacement?.address).some((address) => addresses.includes(address));

/** Takes over what is known of a picture from the run before on it. */
export function succeed(shown: ShownRun, { run, result, ...before }: ShownRun): void {
  shown.replacement = before.replacement;
  shown.sourcesAtStart = before.sourcesAtStart;
  shown.addresses = before.addresses;
  shown.original = before.original;
  if (result?.videoUrl) URL.revokeObjectURL(result.videoUrl);
  if (!result) return;
  const { inputAssetId } = shown.run;
  if (inputAssetId === run.outputAssetId && inputAssetId !== undefined) shown.source = 'result';
  else if (inputAssetId === originalOf(run) && inputAssetId !== undefined) shown.source = 'original';
  // Read from the page, whose image has the result only if it could be placed there.
  else shown.source = result.placing === 'inPage' && !before.isRestored ? 'result' : 'original';
}

/**
 * Takes a result. The picture before it is kept as pixels: its address may not give them twice.
 * @param onChange after the page's policy or the browser refused to show it in its first place
 */
export async function takeResult(
  shown: ShownRun,
  arrived: ArrivedResult,
  onChange: () => void,
): Promise<void> {
  const { element } = shown;
  if (arrived.file.type.startsWith('video/')) return takeVideo(shown, arrived);
  if (arrived.file.type.startsWith('text/')) {
    shown.words = (await arrived.file.text()).trim();
    return;
  }
  const hasChanged = shown.replacement
    ? shown.replacement.findContent() === 'other'
    : describeSources(element) !== shown.sourcesAtStart;
  const before = (shown.source === 'original' && shown.original) || (await drawBefore(element));
  shown.original ??= before;
  if (hasChanged && !showsPictureOf(shown, element))
    shown.result = { ...arrived, before, placing: 'changed' };
  else await placeResult(shown, { ...arrived, before }, onChange);
}

type UnplacedResult = Omit<ShownResult, 'placing'>;

/** Into the page's own image where the page may know it; otherwise over the picture. */
async function placeResult(shown: ShownRun, result: UnplacedResult, onChange: () => void): Promise<void> {
  const { element } = shown;
  if (element instanceof HTMLImageElement && shown.run.isExposable) {
    const drawInstead = async () => {
      // Another result may be there by now.
      if (shown.replacement !== replacement) return;
      replacement.dispose();
      shown.replacement = undefined;
      // The image has its own picture again, which is not a change to another one.
      shown.result = { ...result, placing: 'layer' };
      await drawResult(shown, result);
      onChange();
    };
    const known = shown.replacement?.original;
    shown.replacement?.dispose();
    const original = known && { ...known, sources: describeSources(element) };
    const replacement = createReplacement(element, result, () => void drawInstead(), original);
    shown.replacement = replacement;
    if (!shown.isRestored) replacement.replace();
    shown.result = { ...result, placing: 'inPage', wasPlaced: true };
  } else {
    shown.sourcesAtStart = describeSources(element);
    await drawResult(shown, result);
  }
}

const mostReturns = 5;
const pauseMs = 2_000;

/**
 * Puts the result again where the page shows its picture once more. A page that writes its own back each time gets its
 * way: the tools offer the result.
 */
export function putAgain(shown: ShownRun, onChange: () => void): void {
  const { result, returns } = shown;
  if (!result) return;
  const nowMs = performance.now();
  const count = nowMs - returns.atMs < pauseMs ? returns.count + 1 : 1;
  shown.returns = { count, atMs: nowMs };
  shown.isRestored ||= count > mostReturns;
  shown.isComparing = false;
  void placeResult(shown, result, onChange).then(onChange);
}

/** The page shows another picture: the result does not belong to it, and is kept. */
export function setAside(shown: ShownRun): void {
  const { result, replacement } = shown;
  shown.replacement = undefined;
  shown.isRestored = false;
  shown.isComparing = false;
  if (result) shown.result = { ...result, placing: 'changed' };
  replacement?.dispose();
}

/** A video has an address, so it is shown only where the page could have read its source. */
function takeVideo(shown: ShownRun, arrived: ArrivedResult): void {
  if (describeSources(shown.element) !== shown.sourcesAtStart)
    shown.result = { ...arrived, placing: 'changed' };
  else if (!shown.run.isExposable) shown.resultProblem = 'unplaceable';
  else shown.result = { ...arrived, placing: 'layer', videoUrl: URL.createObjectURL(arrived.file) };
}

/** The page's policy, or the browser, does not play the video there. */
export function refuseVideo(shown: ShownRun): void {
  dropVideo(shown);
  shown.result = undefined;
  shown.resultProblem = 'unplaceable';
}

export function dropVideo({ result }: ShownRun): void {
  if (result?.videoUrl) URL.revokeObjectURL(result.videoUrl);
}

/** Over the picture, where the page's policy does not apply. */
async function drawResult(shown: ShownRun, result: UnplacedResult): Promise<void> {
  const pixels = result.pixels ?? (await readDrawablePixels(result.file, result));
  shown.result = pixels && { ...result, pixels, placing: 'layer', wasPlaced: true };
  if (!pixels) shown.resultProblem = 'unplaceable';
}

export async function setComparing(shown: ShownRun, isComparing: boolean): Promise<void> {
  const { result } = shown;
  if (!result) return;
  if (isComparing) result.pixels ??= await readDrawablePixels(result.file, result);
  if (shown.isRestored) setRestored(shown, false, () => undefined);
  shown.isComparing = isComparing && result.pixels !== undefined;
}

async function drawBefore(element: Element): Promise<ImageBitmap | undefined> {
  const isDrawable =
    element instanceof HTMLImageElement ||
    element instanceof HTMLCanvasElement ||
    element instanceof HTMLVideoElement;
  if (!isDrawable) return undefined;
  try {
    return await createImageBitmap(element);
  } catch {
    // Nothing has been drawn yet: there is nothing to compare with.
    return undefined;
  }
}

/**
 * The original returns into the page once its address is known to give it still. Until then, or if it never does, it
 * is drawn over the result, which keeps its place.
 */
export function setRestored(shown: ShownRun, isRestored: boolean, onChange: () => void): void {
  const { replacement, original } = shown;
  shown.isRestored = isRestored;
  shown.isComparing = false;
  if (!isRestored) replacement?.replace();
  else if (!original) replacement?.restore();
  else
    void replacement?.isOriginalThere().then((isThere) => {
      if (!isThere || !shown.isRestored || shown.replacement !== replacement) return;
      replacement.restore();
      onChange();
    });
}

export const isOriginalDrawn = ({ isRestored, original, replacement }: ShownRun): boolean =>
  isRestored && original !== undefined && replacement?.findContent() === 'result';

/** The picture that the person is viewing and would enlarge. */
export const sourceOf = ({ isRestored }: ShownRun): ResultSource => (isRestored ? 'original' : 'result');

/** Whether more can be made of the viewed picture. The original of a result that was read from the page is not kept. */
export const canMakeMore = (shown: ShownRun): boolean =>
  shown.result?.videoUrl === undefined &&
  (!shown.isRestored || shown.source !== 'result' || shown.run.originalAssetId !== undefined);

/** Twice the pixels of a large screen. More would take a gigabyte for the largest results. */
const maxPixels = 16_777_216;

/** The picture's pixels for a canvas, fewer of them where it is huge. Undefined when the browser cannot draw it. */
async function readDrawablePixels(
  file: Blob,
  { width, height }: { width: number; height: number },
): Promise<ImageBitmap | undefined> {
  const factor = Math.sqrt(maxPixels / (width * height));
  try {
    return await createImageBitmap(
      file,
      factor < 1
        ? { resizeWidth: Math.round(width * factor), resizeHeight: Math.round(height * factor) }
        : {},
    );
  } catch {
    // Out of memory, or a kind that this browser does not know.
    return undefined;
  }
}
