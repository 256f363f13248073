import { isEnded } from '../../runs/run.ts';
import { nameElement } from '../pictures/world.ts';
import { describeSources } from '../replacePicture.ts';
import { putAgain, type ShownRun, showsPictureOf } from '../shownRun.ts';
import type { Overlay } from './overlay.ts';
import { boxOf } from './placement.ts';
import { askForResult } from './receiveResult.ts';
import { findStanding } from './topLayer.ts';

/** Each keeps the file of its result. */
const mostAway = 20;
const lookIntervalMs = 300;

export const isAsAtStart = ({ element, sourcesAtStart }: ShownRun): boolean =>
  describeSources(element) === sourcesAtStart;

/** The picture has left the page, for the moment or for good: what is to be told is told another way. */
export function leave(overlay: Overlay, one: ShownRun): void {
  overlay.send({ kind: 'gone', runId: one.run.id });
  if (isEnded(one.run) && one.run.state !== 'succeeded') return void overlay.shown.delete(one.run.id);
  Object.assign(one, { isAway: true, isNear: false, isComparing: false });
  const away = [...overlay.shown.values()].filter(({ isAway }) => isAway);
  for (const { run, replacement } of away.slice(0, -mostAway)) {
    replacement?.dispose();
    overlay.shown.delete(run.id);
  }
}

let lookedAtMs = 0;

/** A page may put a picture back, or draw the same one anew in another element. @returns whether one came back */
export function bringBack(overlay: Overlay): boolean {
  const nowMs = performance.now();
  if (nowMs - lookedAtMs < lookIntervalMs) return false;
  lookedAtMs = nowMs;
  let hasCome = false;
  for (const one of overlay.shown.values()) {
    const element = one.isAway && findAgain(overlay, one);
    if (!element) continue;
    comeBack(overlay, one, element);
    hasCome = true;
  }
  return hasCome;
}

function findAgain(overlay: Overlay, one: ShownRun): Element | undefined {
  const isFree = (element: Element) =>
    [...overlay.shown.values()].every(
      (other) => other.isAway || other.element !== element || other.result?.placing === 'changed',
    );
  const isIt = (element: Element) => showsPictureOf(one, element) && isFree(element);
  const { element } = one;
  if (element.isConnected) return isIt(element) || element instanceof HTMLCanvasElement ? element : undefined;
  return element instanceof HTMLImageElement ? [...document.images].find(isIt) : undefined;
}

function comeBack(overlay: Overlay, one: ShownRun, element: Element): void {
  for (const other of overlay.shown.values()) if (other.element === element) other.isAway = true;
  const isOther = element !== one.element;
  Object.assign(one, { element, isAway: false, box: boxOf(element), standing: findStanding(element) });
  if (isOther || one.result?.placing === 'changed') {
    if (!one.result) one.sourcesAtStart = describeSources(element);
    putAgain(one, overlay.redraw);
  }
  overlay.send({ kind: 'placed', runId: one.run.id, elementId: nameElement(element) });
  if (one.run.state === 'succeeded' && !one.isTaken) askForResult(overlay, one);
}
