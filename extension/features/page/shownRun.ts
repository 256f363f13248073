import { isEnded, type Run, type RunProgress } from '../runs/run.ts';
import { findElement } from './findPictures.ts';
import type { Box } from './placement.ts';
import { createReplacement, describeSources, type Replacement } from './replacePicture.ts';

/**
 * A run as its picture shows it: the ring while it is open, a sentence when it failed, and the result:
 * - `inPage`: the page's own image has it;
 * - `layer`: it lies over the picture in our closed root, where the page cannot read it, or no `<img>` could take it;
 * - `changed`: the page shows another picture by now, which is left alone.
 */
export interface ShownRun {
  run: Run;
  element: Element;
  box: Box;
  /** Of the element when the run came: others later are another picture. */
  sourcesAtStart: string;
  progress?: RunProgress;
  result?: { file: Blob; before?: ImageBitmap; placing: 'inPage' | 'layer' | 'changed' };
  replacement?: Replacement;
  isResultMissing?: boolean;
  /** The result has come, though it may not be in its place yet. */
  isTaken?: boolean;
  /** The person looks at the picture as it was. */
  isRestored: boolean;
  isComparing: boolean;
}

export function createShownRun(run: Run, elementId: string): ShownRun | undefined {
  const element = findElement(elementId);
  if (!element?.isConnected) return undefined;
  return {
    run,
    element,
    box: { left: 0, top: 0, width: 0, height: 0 },
    sourcesAtStart: describeSources(element),
    isRestored: false,
    isComparing: false,
  };
}

/** Takes a result. The picture before it is kept as pixels: its address may not give them twice. */
export async function takeResult(shown: ShownRun, file: Blob, isPublic: boolean): Promise<void> {
  const { element } = shown;
  const hasChanged = shown.replacement
    ? shown.replacement.findContent() === 'other'
    : describeSources(element) !== shown.sourcesAtStart;
  const before = await drawBefore(element);
  if (hasChanged) shown.result = { file, placing: 'changed' };
  else if (element instanceof HTMLImageElement && isPublic) {
    shown.replacement?.restore();
    shown.replacement?.dispose();
    shown.replacement = createReplacement(element, file);
    shown.replacement.replace();
    shown.result = { file, before, placing: 'inPage' };
  } else shown.result = { file, before, placing: 'layer' };
}

async function drawBefore(element: Element): Promise<ImageBitmap | undefined> {
  if (!(element instanceof HTMLImageElement || element instanceof HTMLCanvasElement)) return undefined;
  try {
    return await createImageBitmap(element);
  } catch {
    // Nothing has been drawn yet: there is nothing to compare with.
    return undefined;
  }
}

export function setRestored(shown: ShownRun, isRestored: boolean): void {
  shown.isRestored = isRestored;
  shown.isComparing = false;
  if (isRestored) shown.replacement?.restore();
  else shown.replacement?.replace();
}

export const isWorking = (shown: ShownRun): boolean => !isEnded(shown.run);
