import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import {
  StageRing,
  useStagePointers,
  useStageSize,
  useStageWheel,
} from '@star-graph/ui/pictures/stageParts.tsx';
import { formatNumber } from '@star-graph/ui/texts/formats';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { type CanvasSession, isSelectTool } from './canvasSession.ts';
import { chosenGroup } from './engine/groups.ts';
import { chosenLayer } from './engine/layers.ts';
import { movedOf } from './engine/moving.ts';
import type { Rect } from './engine/tiles.ts';
import { createGestures, turnHandlePixels } from './gestures.ts';
import { pressOnStage, releaseOnStage } from './keys.ts';
import { createPainter } from './painter.ts';
import { toStage } from './plane.ts';
import { Rulers } from './Rulers.tsx';
import { texts } from './texts.ts';

interface CanvasStageProps {
  session: CanvasSession;
  /** What lies over the frame, such as a preview of what is made for it. */
  children?: JSX.Element | null | false;
}

const sayLocked =
  ({ board, isReadOnly }: CanvasSession) =>
  () => {
    const isThere = chosenLayer(board.value) ?? chosenGroup(board.value);
    const text = isReadOnly.value ? texts.notYourTurn : isThere ? texts.locked : texts.noLayer;
    showToast({ text, id: 'canvas-locked' });
  };

/** The plane with its frame, which one paints on, moves and zooms. */
export function CanvasStage({ session, children }: CanvasStageProps) {
  const stage = useRef<HTMLDivElement>(null);
  const hasSpace = useRef(false);
  useStageSize(session, stage);
  useStageWheel(session, stage);
  useStagePointers(() => createGestures(session, sayLocked(session)), { session, stage, hasSpace });
  useEffect(() => stage.current?.focus({ preventScroll: true }), []);
  return (
    <div
      ref={stage}
      class="canvas-stage"
      role="application"
      aria-label={texts.stage}
      aria-description={texts.keys}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it is painted on by keys
      tabIndex={0}
      data-tool={session.tool.value}
      onKeyDown={(event) => {
        if (event.key === ' ' && !session.isByKeys.value) hasSpace.current = true;
        if (!event.defaultPrevented && pressOnStage(session, event)) event.preventDefault();
      }}
      onKeyUp={(event) => {
        if (event.key === ' ') hasSpace.current = false;
        releaseOnStage(session, event);
      }}
      onBlur={() => {
        hasSpace.current = false;
        session.endStroke();
      }}
      onContextMenu={(event) => event.preventDefault()}
    >
      <Plane session={session} />
      <FrameBox session={session} />
      {children}
      <LayerBox session={session} />
      <Rulers session={session} />
      <Outline session={session} />
      <BrushRing session={session} />
      <span class="sg-hidden" role="status">
        {session.isByKeys.value && sayCursor(session)}
      </span>
    </div>
  );
}

const sayCursor = ({ cursor }: CanvasSession): string =>
  `${formatNumber(Math.round(cursor.value.x))}, ${formatNumber(Math.round(cursor.value.y))}`;

/** All layers, drawn once for each frame of the screen in which something has changed. */
function Plane({ session }: { session: CanvasSession }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (!canvas.current) return;
    const painter = createPainter(canvas.current);
    let asked: number | undefined;
    const paint = () => {
      asked = undefined;
      painter.paint({
        board: session.drawn.value,
        settled: session.board.value.layers,
        ghost: session.ghost.value,
        view: session.view.value,
        stage: session.stage.value,
      });
    };
    const ask = () => {
      asked ??= requestAnimationFrame(paint);
    };
    const ends = [
      session.drawn.subscribe(ask),
      session.ghost.subscribe(ask),
      session.view.subscribe(ask),
      session.stage.subscribe(ask),
      session.onSquares(painter.renew),
    ];
    return () => {
      for (const end of ends) end();
      if (asked !== undefined) cancelAnimationFrame(asked);
    };
  }, [session]);
  return <canvas ref={canvas} class="canvas-plane" />;
}

/** A rectangle of the plane, where it lies on the stage. */
export function placeStyle({ view }: CanvasSession, rect: Rect) {
  const { x, y } = toStage(view.value, rect);
  const { scale } = view.value;
  return {
    width: `${rect.width * scale}px`,
    height: `${rect.height * scale}px`,
    transform: `translate(${x}px, ${y}px)`,
  };
}

const corners = ['nw', 'ne', 'sw', 'se'] as const;

function FrameBox({ session }: { session: CanvasSession }) {
  const { frame } = session.board.value;
  const isTool = session.tool.value === 'frame';
  return (
    <div class="canvas-frame" data-active={isTool || undefined} style={placeStyle(session, frame)}>
      <span class="canvas-frame-size">{`${frame.width} × ${frame.height}`}</span>
      {isTool && corners.map((corner) => <i key={corner} data-corner={corner} />)}
    </div>
  );
}

/** Around what is chosen, while it can be moved. */
function LayerBox({ session }: { session: CanvasSession }) {
  const moved = session.tool.value === 'move' ? movedOf(session.board.value) : undefined;
  if (!moved) return null;
  const [first, second, , fourth] = moved.corners.map((corner) => toStage(session.view.value, corner));
  if (!first || !second || !fourth) return null;
  const style = {
    width: `${Math.hypot(second.x - first.x, second.y - first.y)}px`,
    height: `${Math.hypot(fourth.x - first.x, fourth.y - first.y)}px`,
    transform: `translate(${first.x}px, ${first.y}px) rotate(${moved.turn}deg)`,
  };
  return (
    <div class="canvas-layer-box" style={style}>
      {corners.map((corner) => (
        <i key={corner} data-corner={corner} />
      ))}
      <i data-turn style={{ top: `${-turnHandlePixels - 7}px` }} />
    </div>
  );
}

/** What a rectangle or lasso goes around while it is drawn. */
function Outline({ session: { outline, view } }: { session: CanvasSession }) {
  if (!outline.value) return null;
  const points = outline.value.map((place) => toStage(view.value, place)).map(({ x, y }) => `${x},${y}`);
  return (
    <svg class="canvas-outline" aria-hidden="true">
      <polygon points={points.join(' ')} />
    </svg>
  );
}

/** How wide the brush is, where it is. */
function BrushRing({ session }: { session: CanvasSession }) {
  const { view, cursor, brush, tool, isByKeys } = session;
  const isBrush = tool.value === 'brush' || tool.value === 'eraser';
  const isPoint = tool.value === 'picker' || isSelectTool(tool.value);
  if (!isBrush && !(isByKeys.value && isPoint)) return null;
  const size = isBrush ? Math.max(4, brush.value.size * view.value.scale) : 12;
  return (
    <StageRing
      class="canvas-ring"
      at={toStage(view.value, cursor.value)}
      size={size}
      isByKeys={isByKeys.value}
    />
  );
}
