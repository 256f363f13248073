import type { StageGestures, Touch } from '@star-graph/ui/pictures/stageParts.tsx';
import { type CanvasSession, isSelectTool } from './canvasSession.ts';
import type { Layer, Lines } from './engine/board.ts';
import { type Corner, drawCorner, moveFrame } from './engine/frame.ts';
import { type Moved, movedOf, putChanged, shiftLayers, transformMoved } from './engine/moving.ts';
import type { Joining } from './engine/selection.ts';
import { boxOf, linesFor, noLines, type Snapped, snapRect } from './engine/snapping.ts';
import type { Rect } from './engine/tiles.ts';
import { type Place, panBy, pinch, toPlane, toStage } from './plane.ts';

const middleButton = 1;
const penEraser = 5;

/** What follows the pointer until it is lifted; undefined: nothing. */
type Drag = (touch: Touch, passed: readonly Touch[]) => void;

const joiningOf = ({ isAdding, isTaking }: Touch): Joining | undefined =>
  isAdding && isTaking ? 'intersect' : isAdding ? 'add' : isTaking ? 'subtract' : undefined;

/**
 * One finger, pen or button does what the tool does; two fingers move and zoom the plane, as does one finger beside a
 * pen, since it is the hand that holds it. A stroke that turns out to be the first of two fingers leaves nothing.
 */
export function createGestures(session: CanvasSession, onLocked: () => void): StageGestures {
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
    } else if (isSelectTool(tool.value)) {
      session.beginSelecting(toPlane(view.value, touch), joiningOf(touch));
      drag = (_, passed) => session.continueSelecting(passed.map((one) => toPlane(view.value, one)));
    } else if (tool.value === 'picker') {
      session.pickColour(toPlane(view.value, touch));
      drag = (now) => session.pickColour(toPlane(view.value, now));
    } else if (tool.value === 'move') drag = dragLayers(session, touch, onLocked);
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
        session.dropSelecting();
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
        else drag?.(now, passed);
      } else session.isByKeys.value = false;
      cursor.value = toPlane(view.value, now);
    },
    up: (id: number) => {
      if (!places.delete(id)) return;
      if (isPaint) session.endStroke();
      else session.endSelecting();
      session.met.value = undefined;
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

/** Moves what is chosen, turns it by its handle, or scales it by a corner while the opposite one stays. */
function dragLayers(session: CanvasSession, from: Touch, onLocked: () => void): Drag | undefined {
  const moved = movedOf(session.board.value);
  if (!moved || moved.isLocked) {
    onLocked();
    return undefined;
  }
  const step = `drag ${++drags}`;
  const start = toPlane(session.view.value, from);
  const change = changeByHandle(session, moved, from);
  const [box, lines] = [boxOf(moved.corners), linesFor(session.board.value, 'layers')];
  return (now) => {
    const at = toPlane(session.view.value, now);
    const by = { x: Math.round(at.x - start.x), y: Math.round(at.y - start.y) };
    const changed = change?.(at, now) ?? shiftLayers(moved.layers, snap(session, { box, by, lines }, now).by);
    session.change((board) => putChanged(board, changed), step);
  };
}

const snapPixels = 8;

/** @returns how far something is moved that is drawn by so much, and which lines it meets; with Alt none */
function snap(
  { board, view, met }: CanvasSession,
  { box, by, lines }: { box: Rect; by: Place; lines: Lines },
  { isTaking }: Touch,
): Snapped {
  const drawn = { ...box, x: box.x + by.x, y: box.y + by.y };
  const isFree = isTaking === true || board.value.rulers?.isFree === true;
  const found = snapRect(drawn, isFree ? noLines : lines, snapPixels / view.value.scale);
  met.value = found.met;
  return { ...found, by: { x: by.x + found.by.x, y: by.y + found.by.y } };
}

const turnStep = 15;
/** How far above what is moved its handle for turning is, in pixels of the stage. */
export const turnHandlePixels = 36;

const distance = (a: Place, b: Place): number => Math.hypot(a.x - b.x, a.y - b.y);

/** @returns how it follows the pointer from a handle; undefined: there is none */
function changeByHandle(
  session: CanvasSession,
  moved: Moved,
  from: Touch,
): ((at: Place, now: Touch) => Layer[]) | undefined {
  const { corners, middle, scale } = moved;
  const [first, second, , fourth] = corners;
  const held = corners.findIndex((corner) => isNear(session, from, corner));
  const [corner, fixed] = [corners[held], corners[(held + 2) % 4]];
  if (corner && fixed)
    return (at) => {
      const wanted = (scale * distance(at, fixed)) / distance(corner, fixed);
      return transformMoved(moved, { scale: Math.abs(wanted - 1) < 0.01 ? 1 : wanted }, fixed);
    };
  const above = turnHandlePixels / session.view.value.scale / distance(first, fourth);
  const handle = {
    x: (first.x + second.x) / 2 + (first.x - fourth.x) * above,
    y: (first.y + second.y) / 2 + (first.y - fourth.y) * above,
  };
  if (!isNear(session, from, handle)) return undefined;
  return (at, now) => {
    const turn = (Math.atan2(at.y - middle.y, at.x - middle.x) * 180) / Math.PI + 90;
    const step = now.isAdding ? turnStep : Math.abs(turn % 90) < 2 || Math.abs(turn % 90) > 88 ? 90 : 0.1;
    return transformMoved(moved, { turn: Math.round(turn / step) * step });
  };
}

/** Moves the frame, or one of its corners. */
function dragFrame(session: CanvasSession, from: Touch): Drag {
  const { frame } = session.board.value;
  const step = `frame ${++drags}`;
  const start = toPlane(session.view.value, from);
  const lines = linesFor(session.board.value, 'frame');
  /** To lines, or else to its grid. */
  const shiftFrame = (drawn: Place, now: Touch): Rect => {
    const { by, met } = snap(session, { box: frame, by: drawn, lines }, now);
    const [x, y] = [frame.x + by.x, frame.y + by.y];
    const onGrid = moveFrame(frame, x, y);
    return { ...frame, x: met.x.length > 0 ? x : onGrid.x, y: met.y.length > 0 ? y : onGrid.y };
  };
  const corner = cornersOf(frame).find(({ place }) => isNear(session, from, place))?.corner;
  return (now) => {
    const at = toPlane(session.view.value, now);
    const moved = corner
      ? drawCorner(frame, corner, at.x, at.y, session.limits.value)
      : shiftFrame({ x: Math.round(at.x - start.x), y: Math.round(at.y - start.y) }, now);
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
