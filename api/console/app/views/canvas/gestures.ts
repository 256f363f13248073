import type { CanvasSession } from './canvasSession.ts';
import { type Corner, drawCorner, moveFrame } from './engine/frame.ts';
import { changeLayer, chosenLayer, type Layer, placeOf } from './engine/layers.ts';
import type { Rect } from './engine/tiles.ts';
import { type Place, panBy, pinch, toPlane, toStage } from './plane.ts';

/** What a pointer does, with its place on the stage. */
export interface Touch extends Place {
  id: number;
  kind: 'mouse' | 'pen' | 'touch';
  button: number;
  pressure: number;
}

const middleButton = 1;
const penEraser = 5;
const leastScale = 0.02;
const mostScale = 16;

/** What follows the pointer until it is lifted; undefined: nothing. */
type Drag = (touch: Touch) => void;

/**
 * One finger, pen or button does what the tool does; two fingers move and zoom the plane, as does one finger beside a
 * pen, since it is the hand that holds it. A stroke that turns out to be the first of two fingers leaves nothing.
 */
export function createGestures(session: CanvasSession, onLocked: () => void) {
  const places = new Map<number, Place>();
  let drag: Drag | undefined;
  let isPaint = false;
  let isPinch = false;
  let hasPen = false;
  const { view, tool, cursor } = session;
  const dab = (touch: Touch) => ({ ...toPlane(view.value, touch), pressure: pressureOf(touch) });
  const begin = (touch: Touch) => {
    const isErasing = touch.button === penEraser;
    if (tool.value === 'brush' || tool.value === 'eraser') {
      isPaint = session.beginStroke(dab(touch), isErasing || undefined);
      if (!isPaint) onLocked();
    } else if (tool.value === 'picker') {
      session.pickColour(toPlane(view.value, touch));
      drag = (now) => session.pickColour(toPlane(view.value, now));
    } else if (tool.value === 'move') drag = dragLayer(session, touch, onLocked);
    else if (tool.value === 'frame') drag = dragFrame(session, touch);
    else drag = dragPlane(session, touch);
  };
  return {
    down: (touch: Touch, isMoving: boolean) => {
      hasPen ||= touch.kind === 'pen';
      session.isByKeys.value = false;
      cursor.value = toPlane(view.value, touch);
      places.set(touch.id, touch);
      if (places.size === 2) {
        if (isPaint) session.dropStroke();
        isPaint = false;
        drag = undefined;
        isPinch = true;
      }
      if (places.size > 1) return;
      const isHand = hasPen && touch.kind === 'touch';
      if (isMoving || isHand || touch.button === middleButton) drag = dragPlane(session, touch);
      else if (touch.button === 0 || touch.button === penEraser) begin(touch);
    },
    move: (id: number, passed: readonly Touch[]) => {
      const now = passed.at(-1);
      if (!now) return;
      const before = places.get(id);
      if (before) {
        const [other] = [...places].filter(([one]) => one !== id).map(([, place]) => place);
        places.set(id, now);
        if (isPaint) session.continueStroke(passed.map(dab));
        else if (isPinch && other) view.value = pinch(view.value, [other, before], [other, now]);
        else drag?.(now);
      } else session.isByKeys.value = false;
      cursor.value = toPlane(view.value, now);
    },
    up: (id: number) => {
      if (!places.delete(id)) return;
      if (isPaint) session.endStroke();
      isPaint = false;
      drag = undefined;
      // The finger that stays after a pinch does not begin anything.
      if (places.size === 0) isPinch = false;
    },
  };
}

/** A mouse knows none; some drivers call a pen a mouse, and tell its pressure all the same. */
const pressureOf = ({ kind, pressure }: Touch): number => {
  const isKnown = kind === 'pen' || (pressure !== 0 && pressure !== 0.5 && pressure !== 1);
  return isKnown ? Math.max(0.05, pressure) : 1;
};

const dragPlane = ({ view }: CanvasSession, from: Touch): Drag => {
  const before = view.value;
  return (now) => {
    view.value = panBy({ ...view.value, x: before.x, y: before.y }, { x: now.x - from.x, y: now.y - from.y });
  };
};

/** A name for each drag, so that it is one step. */
let drags = 0;

/** Moves the chosen layer, or scales it by its lower right corner. */
function dragLayer(session: CanvasSession, from: Touch, onLocked: () => void): Drag | undefined {
  const layer = chosenLayer(session.board.value);
  if (!layer || layer.isLocked) {
    onLocked();
    return undefined;
  }
  const step = `drag ${++drags}`;
  const place = placeOf(layer);
  const start = toPlane(session.view.value, from);
  const isScaling =
    place !== undefined && isNear(session, from, { x: place.x + place.width, y: place.y + place.height });
  return (now) => {
    const at = toPlane(session.view.value, now);
    const change = isScaling
      ? scaleTo(layer, place, at)
      : { x: Math.round(layer.x + at.x - start.x), y: Math.round(layer.y + at.y - start.y) };
    session.change((board) => changeLayer(board, layer.id, change), step);
  };
}

/** So that its lower right corner comes near the place; the upper left one stays. */
function scaleTo(layer: Layer, place: Rect, at: Place): Partial<Layer> {
  const wanted = Math.max((at.x - place.x) / place.width, (at.y - place.y) / place.height);
  const scale = Math.min(mostScale, Math.max(leastScale, layer.scale * wanted));
  const factor = scale / layer.scale;
  return {
    scale: Math.abs(scale - 1) < 0.01 ? 1 : scale,
    x: Math.round(place.x + (layer.x - place.x) * factor),
    y: Math.round(place.y + (layer.y - place.y) * factor),
  };
}

/** Moves the frame, or one of its corners. */
function dragFrame(session: CanvasSession, from: Touch): Drag {
  const { frame } = session.board.value;
  const step = `frame ${++drags}`;
  const start = toPlane(session.view.value, from);
  const corner = cornersOf(frame).find(({ place }) => isNear(session, from, place))?.corner;
  return (now) => {
    const at = toPlane(session.view.value, now);
    const moved = corner
      ? drawCorner(frame, corner, at.x, at.y, session.limits.value)
      : moveFrame(frame, frame.x + at.x - start.x, frame.y + at.y - start.y);
    session.change((board) => ({ ...board, frame: moved }), step);
  };
}

export const cornersOf = ({ x, y, width, height }: Rect): { corner: Corner; place: Place }[] => [
  { corner: 'nw', place: { x, y } },
  { corner: 'ne', place: { x: x + width, y } },
  { corner: 'sw', place: { x, y: y + height } },
  { corner: 'se', place: { x: x + width, y: y + height } },
];

const nearPixels = 22;

function isNear({ view }: CanvasSession, touch: Touch, place: Place): boolean {
  const { x, y } = toStage(view.value, place);
  return Math.abs(touch.x - x) <= nearPixels && Math.abs(touch.y - y) <= nearPixels;
}
