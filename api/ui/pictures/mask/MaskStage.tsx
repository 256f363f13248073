import { useEffect, useRef } from 'preact/hooks';
import { formatPercent } from '../../texts/formats.ts';
import { StageRing, useStagePointers, useStageSize, useStageWheel } from '../stageParts.tsx';
import { blurOf, createMaskCanvas } from './maskCanvas.ts';
import { createGestures } from './maskGestures.ts';
import { pressOnStage, releaseOnStage } from './maskKeys.ts';
import type { MaskSession } from './maskSession.ts';
import { fitView, toStage } from './maskView.ts';
import { texts } from './texts.ts';

interface MaskStageProps {
  session: MaskSession;
  url: string;
}

/** The picture with its mask, which one moves, zooms and paints on. */
export function MaskStage({ session, url }: MaskStageProps) {
  const stage = useRef<HTMLDivElement>(null);
  const hasSpace = useRef(false);
  useStageSize(session, stage);
  useStageWheel(session, stage);
  useStagePointers(() => createGestures(session), { session, stage, hasSpace });
  // The keys are those of the picture from the beginning.
  useEffect(() => stage.current?.focus({ preventScroll: true }), []);
  return (
    <div
      ref={stage}
      class="sg-mask-stage"
      role="application"
      aria-label={texts.stage}
      aria-description={texts.keys}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it is painted on by keys
      tabIndex={0}
      data-tool={session.tool.value}
      onKeyDown={(event) => {
        if (event.key === ' ' && !session.isByKeys.value) hasSpace.current = true;
        if (pressOnStage(session, event)) event.preventDefault();
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
      <Layer session={session} url={url} />
      <BrushRing session={session} />
      <span class="sg-hidden" role="status">
        {session.isByKeys.value && describeCursor(session)}
      </span>
    </div>
  );
}

function describeCursor({ cursor, picture }: MaskSession): string {
  const { x, y } = cursor.value;
  return texts.place(formatPercent(x / picture.width), formatPercent(y / picture.height));
}

/** It has the size at which all of it is seen, and is scaled from there: browsers draw no larger box. */
function Layer({ session, url }: MaskStageProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const image = useRef<HTMLImageElement>(null);
  const readPicture = () => {
    if (image.current?.complete && image.current.naturalWidth > 0) session.canvas?.setPicture(image.current);
  };
  useEffect(() => {
    if (!canvas.current) return;
    const { color, backgroundColor } = getComputedStyle(canvas.current);
    session.canvas = createMaskCanvas(canvas.current, session.picture, [color, backgroundColor]);
    // It was read for its colours; behind the mask it stays clear.
    canvas.current.style.background = 'none';
    session.canvas.show(session.drawing.peek());
    readPicture();
    return () => {
      session.canvas = undefined;
    };
  }, [session]);
  const { picture, view, stage, drawing } = session;
  const base = fitView(picture, stage.value).scale;
  const { x, y, scale } = view.value;
  const blurPx = blurOf(drawing.value.feather) * base;
  return (
    <div
      class="sg-mask-layer"
      style={{
        width: `${picture.width * base}px`,
        height: `${picture.height * base}px`,
        transform: `translate(${x}px, ${y}px) scale(${scale / base})`,
      }}
    >
      <img ref={image} src={url} alt="" draggable={false} onLoad={readPicture} />
      <canvas ref={canvas} style={{ filter: blurPx > 0 ? `blur(${blurPx}px)` : 'none' }} />
      <Outline session={session} />
    </div>
  );
}

/** What a lasso or rectangle goes around while it is drawn. */
function Outline({ session: { outline, picture } }: { session: MaskSession }) {
  if (!outline.value) return null;
  const points = outline.value.map(({ x, y }) => `${x},${y}`).join(' ');
  return (
    <svg class="sg-mask-outline" viewBox={`0 0 ${picture.width} ${picture.height}`} aria-hidden="true">
      <polygon points={points} />
    </svg>
  );
}

/** How wide the brush is, where it is. */
function BrushRing({ session }: { session: MaskSession }) {
  const { view, cursor, brush, tool, isByKeys } = session;
  const isBrush = tool.value === 'brush' || tool.value === 'eraser';
  const size = isBrush ? Math.max(4, brush.value * view.value.scale) : 12;
  return (
    <StageRing
      class="sg-mask-ring"
      at={toStage(view.value, cursor.value)}
      size={size}
      isByKeys={isByKeys.value}
    />
  );
}
