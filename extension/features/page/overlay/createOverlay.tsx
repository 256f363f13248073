import type { ComponentChild } from 'preact';
import type { ConnectionView, PageRequest } from '../../messaging/protocol.ts';
import { isEnded, type Run } from '../../runs/run.ts';
import { type Batch, createBatch } from '../batch.tsx';
import { createShownRun, putAgain, type ShownRun, setAside, showsPictureOf, succeed } from '../shownRun.ts';
import { bringBack, isAsAtStart, leave } from './awayRuns.ts';
import type { Overlay } from './overlay.ts';
import { overlayStyle } from './overlayStyle.ts';
import { PictureOverlay } from './PictureOverlay.tsx';
import { boxOf, createPlacement, isEmptyBox, isInside, isSameBox } from './placement.ts';
import { askForResult, fetchAgain, receiveFailure, receivePart } from './receiveResult.ts';
import { runActions } from './runActions.ts';
import { createSurfaces, type Surfaces } from './surface.ts';
import { findStanding, isSameStanding, type Standing } from './topLayer.ts';

export function createOverlay(send: (request: PageRequest) => void): Overlay {
  const shown = new Map<string, ShownRun>();
  const surfaces = createSurfaces(overlayStyle);
  let connection: ConnectionView = 'connecting';
  const batch = createBatch({ shown, send, redraw: () => overlay.redraw() });
  const pointer = watchPointer();
  const placement = createPlacement(() => {
    follow(overlay, surfaces);
    lookWhoIsNear(overlay, pointer.place);
  });

  const overlay: Overlay = {
    shown,
    send,
    show(elementId, run) {
      const created = createShownRun(run, elementId);
      if (!created) return false;
      // A new run on a picture replaces the one shown there, unless that one's was another picture.
      for (const [id, other] of shown) {
        if (other.element !== created.element || id === run.id || other.isAway) continue;
        if (other.result?.placing === 'changed') {
          other.isAway = true;
          continue;
        }
        succeed(created, other);
        shown.delete(id);
      }
      if (!shown.has(run.id) || shown.get(run.id)?.isAway) shown.set(run.id, created);
      placement.start();
      pointer.start();
      overlay.redraw();
      return true;
    },
    async take(news) {
      if (news.kind === 'batch') batch.begin(news.batchId);
      else if (news.kind === 'run') takeRun(overlay, news.run, news.progress);
      else if (news.kind === 'resultPart') await receivePart(overlay, news);
      else if (news.kind === 'resultFailed') receiveFailure(overlay, news);
      overlay.redraw();
    },
    listRunIds: () => [...shown.values()].filter(({ isAway }) => !isAway).map(({ run }) => run.id),
    setConnection(state) {
      const isBack = state === 'connected' && connection !== 'connected';
      connection = state;
      // A message that failed may get through now.
      for (const one of shown.values())
        if (isBack && one.resultProblem === 'unreachable') fetchAgain(overlay, one);
      overlay.redraw();
    },
    setExposed: (isExposed) => surfaces.setHidden(isExposed),
    remove(runId) {
      shown.delete(runId);
      overlay.redraw();
    },
    redraw() {
      if (shown.size === 0) {
        placement.stop();
        pointer.stop();
        return surfaces.remove();
      }
      surfaces.draw(layOut(overlay, connection, batch));
    },
  };
  return overlay;
}

/** The runs shown, by the page layer of their picture. A question is in the layer of the last picture. */
function layOut(
  overlay: Overlay,
  connection: ConnectionView,
  batch: Batch,
): { standing: Standing; view: ComponentChild }[] {
  const byLayer = new Map<Element, { standing: Standing; views: ComponentChild[] }>();
  for (const one of overlay.shown.values()) {
    const { standing } = one;
    const { views } = byLayer.get(standing.layer) ?? { views: [] as ComponentChild[] };
    byLayer.set(standing.layer, { standing, views });
    // A picture without layout, as in a closed dialog, has no place for an overlay.
    if (one.isAway || isEmptyBox(one.box)) continue;
    views.push(
      batch.drawMark(one) ?? (
        <PictureOverlay
          key={one.run.id}
          shown={one}
          connection={connection}
          actions={runActions(overlay, one)}
        />
      ),
    );
  }
  const layers = [...byLayer.values()];
  layers.at(-1)?.views.push(batch.drawBar());
  const filled = layers.filter(({ views }) => views.some(Boolean));
  return filled.map(({ standing, views }) => ({ standing, view: <>{views}</> }));
}

function takeRun(overlay: Overlay, run: Run, progress: ShownRun['progress']): void {
  const target = overlay.shown.get(run.id);
  if (target) {
    target.run = run;
    target.progress = isEnded(run) ? undefined : (progress ?? target.progress);
    const isOver =
      run.state === 'cancelled' ? run.batchId || run.isAutomatic : run.state === 'succeeded' && run.opensIn;
    if (isOver) overlay.remove(run.id);
    else if (run.state === 'succeeded' && !target.isTaken && !target.resultProblem && !target.isAway)
      askForResult(overlay, target);
  } else if (run.place && !isEnded(run) && overlay.show(run.place.elementId, run))
    // The page restored an element that it had removed.
    overlay.send({ kind: 'attach', runIds: [run.id] });
}

/** Moves overlays with their pictures, and keeps aside those whose picture has left the page. */
function follow(overlay: Overlay, surfaces: Surfaces): void {
  let hasMoved = !surfaces.isIntact();
  for (const one of overlay.shown.values()) {
    if (one.isAway) continue;
    if (!one.element.isConnected) {
      leave(overlay, one);
      hasMoved = true;
      continue;
    }
    if (keepToPicture(overlay, one)) hasMoved = true;
    const box = boxOf(one.element);
    const standing = findStanding(one.element);
    if (isSameBox(box, one.box) && isSameStanding(standing, one.standing)) continue;
    Object.assign(one, { box, standing });
    hasMoved = true;
  }
  if (bringBack(overlay)) hasMoved = true;
  if (hasMoved) overlay.redraw();
}

/** The tools of a picture unfold for a pointer on it. */
function lookWhoIsNear(overlay: Overlay, place: PointerPlace | undefined): void {
  let hasChanged = false;
  for (const one of overlay.shown.values()) {
    const isNear = place !== undefined && !one.isAway && isInside(place, one.box);
    if (isNear === one.isNear) continue;
    one.isNear = isNear;
    hasChanged = true;
  }
  if (hasChanged) overlay.redraw();
}

/** The page's scripts may change what an image shows. @returns whether they did */
function keepToPicture(overlay: Overlay, one: ShownRun): boolean {
  const { result, replacement, element } = one;
  if (!result || result.videoUrl) return false;
  if (result.placing === 'changed') {
    if (!showsPictureOf(one, element)) return false;
    putAgain(one, overlay.redraw);
    return true;
  }
  const content = replacement?.findContent() ?? (isAsAtStart(one) ? 'result' : 'other');
  // While the original is drawn over it, the result holds its place.
  if (content === 'result' || (content === 'original' && one.isRestored)) return false;
  if (content === 'original' || showsPictureOf(one, element)) putAgain(one, overlay.redraw);
  else setAside(one);
  return true;
}

/** A place in CSS pixels of the viewport. */
interface PointerPlace {
  x: number;
  y: number;
}

interface PointerWatch {
  /** Undefined outside of the window, and before it has moved. */
  readonly place: PointerPlace | undefined;
  start(): void;
  stop(): void;
}

/** Follows the person's pointer; events that scripts of the page make are ignored. */
function watchPointer(): PointerWatch {
  let place: PointerPlace | undefined;
  let ended: AbortController | undefined;
  const move = (event: PointerEvent, next: PointerPlace | undefined) => {
    if (event.isTrusted) place = next;
  };
  return {
    get place() {
      return place;
    },
    start() {
      if (ended) return;
      ended = new AbortController();
      const options = { capture: true, passive: true, signal: ended.signal };
      const follow = (event: PointerEvent) => move(event, { x: event.clientX, y: event.clientY });
      addEventListener('pointermove', follow, options);
      addEventListener('pointerover', follow, options);
      addEventListener('pointerout', (event) => event.relatedTarget || move(event, undefined), options);
    },
    stop() {
      ended?.abort();
      ended = undefined;
    },
  };
}
