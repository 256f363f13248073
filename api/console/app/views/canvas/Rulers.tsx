import { formatNumber } from '@star-graph/ui/texts/formats';
import type { CanvasSession } from './canvasSession.ts';
import { type Axis, changeRulers, guidesOf, mostGuides, ticksOf } from './engine/snapping.ts';
import { toPlane, toStage } from './plane.ts';
import { texts } from './texts.ts';
import './rulers.css';

const axes: readonly Axis[] = ['x', 'y'];
const rulerPixels = 20;

/** At the edges of the stage, with guides that are drawn out of them; and the lines that something moved lies on. */
export function Rulers({ session }: { session: CanvasSession }) {
  const { board, met } = session;
  const guides = guidesOf(board.value);
  const lines = (all: readonly number[], axis: Axis, isMet: boolean) =>
    all.map((at) => (
      <i
        key={`${axis} ${at} ${isMet}`}
        class="canvas-guide"
        data-axis={axis}
        data-met={isMet || undefined}
        style={placeOn(session, axis, at)}
      />
    ));
  return (
    <>
      {axes.map((axis) => [lines(guides[axis], axis, false), lines(met.value?.[axis] ?? [], axis, true)])}
      {!board.value.rulers?.isHidden &&
        axes.map((axis) => <Ruler key={axis} session={session} axis={axis} />)}
    </>
  );
}

const placeOn = ({ view }: CanvasSession, axis: Axis, at: number) => {
  const place = toStage(view.value, { x: at, y: at });
  return axis === 'x' ? { left: `${place.x}px` } : { top: `${place.y}px` };
};

function Ruler({ session, axis }: { session: CanvasSession; axis: Axis }) {
  const { view, stage, board } = session;
  const length = axis === 'x' ? stage.value.width : stage.value.height;
  const ticks = ticksOf({ offset: view.value[axis], scale: view.value.scale, length });
  // As in a printer's shop: one that lies along the upper edge is drawn downwards.
  const drawn: Axis = axis === 'x' ? 'y' : 'x';
  const addGuide = drawn === 'x' ? texts.addGuideX : texts.addGuideY;
  const { frame } = board.value;
  const middle = Math.round(drawn === 'x' ? frame.x + frame.width / 2 : frame.y + frame.height / 2);
  return (
    <div class="canvas-ruler" data-axis={axis}>
      <svg aria-hidden="true">
        {ticks.map(({ at, value }) => (
          <Tick key={at} axis={axis} at={at} value={value} />
        ))}
      </svg>
      <button
        type="button"
        class="canvas-ruler-face"
        aria-label={addGuide}
        title={addGuide}
        onPointerDown={(event) => dragGuide(session, event, drawn)}
        onKeyDown={keepKey}
        onClick={({ detail }) => {
          // By the keyboard.
          if (detail === 0) putGuides(session, drawn, [...guidesOf(board.value)[drawn], middle]);
        }}
      />
      {guidesOf(board.value)[axis].map((at, index) => (
        <button
          key={`${index}`}
          type="button"
          class="canvas-guide-mark"
          aria-label={texts.guideAt(formatNumber(at))}
          title={texts.guideHint}
          style={placeOn(session, axis, at)}
          onPointerDown={(event) => dragGuide(session, event, axis, index)}
          onKeyDown={(event) => {
            if (moveByKey(session, axis, index, event)) event.preventDefault();
            keepKey(event);
          }}
        />
      ))}
    </div>
  );
}

/** The stage would paint by it. */
function keepKey(event: KeyboardEvent): void {
  if (['Enter', ' '].includes(event.key) || event.key.startsWith('Arrow')) event.stopPropagation();
}

function Tick({ axis, at, value }: { axis: Axis; at: number; value: number | undefined }) {
  const from = value === undefined ? rulerPixels - 5 : 0;
  const line =
    axis === 'x'
      ? { x1: at, x2: at, y1: from, y2: rulerPixels }
      : { y1: at, y2: at, x1: from, x2: rulerPixels };
  const place = axis === 'x' ? { x: at + 3, y: 10 } : { x: 3 - at, y: 10, transform: 'rotate(-90)' };
  return (
    <>
      <line {...line} />
      {value !== undefined && <text {...place}>{value}</text>}
    </>
  );
}

const putGuides = (session: CanvasSession, axis: Axis, all: readonly number[], step?: string): void =>
  session.change((board) => {
    const guides = { ...guidesOf(board), [axis]: all.slice(0, mostGuides) };
    return changeRulers(board, { guides });
  }, step);

/** A name for each drag, so that it is one step. */
let drags = 0;

/** A new one, or one that is there; where it is let go on the ruler that it came from, it goes. */
function dragGuide(session: CanvasSession, event: PointerEvent, axis: Axis, index?: number): void {
  const stage = (event.currentTarget as Element).closest<HTMLElement>('.canvas-stage');
  if (!stage) return;
  event.stopPropagation();
  const others = guidesOf(session.board.value)[axis].filter((_, at) => at !== index);
  const step = `guide ${++drags}`;
  const ended = new AbortController();
  const { signal } = ended;
  const { pointerId } = event;
  // Marks come and go while one is drawn.
  stage.setPointerCapture(pointerId);
  const isOwn = (next: PointerEvent) => next.pointerId === pointerId;
  stage.addEventListener(
    'pointermove',
    (next) => {
      if (!isOwn(next)) return;
      const { left, top } = stage.getBoundingClientRect();
      const place = { x: next.clientX - left, y: next.clientY - top };
      const at = Math.round(toPlane(session.view.value, place)[axis]);
      putGuides(session, axis, place[axis] < rulerPixels ? others : [...others, at], step);
    },
    { signal },
  );
  for (const name of ['pointerup', 'pointercancel'] as const)
    stage.addEventListener(name, (next) => isOwn(next) && ended.abort(), { signal });
}

/** @returns whether it was a key of a guide */
function moveByKey(
  session: CanvasSession,
  axis: Axis,
  index: number,
  { key, shiftKey }: KeyboardEvent,
): boolean {
  const all = guidesOf(session.board.value)[axis];
  const [back, forth] = axis === 'x' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
  const by = key === back ? -1 : key === forth ? 1 : 0;
  const isGone = key === 'Delete' || key === 'Backspace';
  if (by === 0 && !isGone) return false;
  const moved = all.map((at, place) => (place === index ? at + by * (shiftKey ? 10 : 1) : at));
  const left = all.filter((_, place) => place !== index);
  putGuides(session, axis, isGone ? left : moved, `guide ${axis} ${index} by keys`);
  return true;
}
