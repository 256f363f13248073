import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { NamedSlider } from '@star-graph/ui/controls/Slider.tsx';
import { formatPercent } from '@star-graph/ui/texts/formats';
import {
  Brush,
  Eraser,
  FlipHorizontal2,
  FlipVertical2,
  Frame,
  Hand,
  Lasso,
  Magnet,
  Maximize,
  Move,
  Pipette,
  Redo2,
  Ruler,
  SquareDashedMousePointer,
  Undo2,
  Wand,
  ZoomIn,
  ZoomOut,
} from 'lucide';
import { useRef } from 'preact/hooks';
import type { CanvasSession, CanvasTool } from '../canvasSession.ts';
import { chosenLayer, mirrorLayer } from '../engine/layers.ts';
import { type Moved, movedOf, putChanged, transformMoved } from '../engine/moving.ts';
import { changeRulers } from '../engine/snapping.ts';
import { toolKeys } from '../keys.ts';
import { texts } from '../texts.ts';

const icons = {
  brush: Brush,
  eraser: Eraser,
  rectangle: SquareDashedMousePointer,
  lasso: Lasso,
  wand: Wand,
  picker: Pipette,
  move: Move,
  frame: Frame,
  hand: Hand,
};
const tools = Object.keys(icons) as CanvasTool[];
const zoomFactor = 1.5;

const keyOf = (tool: CanvasTool): string | undefined =>
  Object.keys(toolKeys)
    .find((key) => toolKeys[key] === tool)
    ?.toUpperCase();

export function ToolBar({ session }: { session: CanvasSession }) {
  const { tool, history, board } = session;
  const { past, future } = history.value;
  const { rulers } = board.value;
  const isReadOnly = session.isReadOnly.value;
  return (
    <div class="canvas-tools" role="toolbar" aria-label={texts.tools} aria-orientation="vertical">
      {tools.map((name) => (
        <IconButton
          key={name}
          icon={icons[name]}
          label={texts[name]}
          title={`${texts[name]} (${keyOf(name)})`}
          pressed={tool.value === name}
          disabled={isReadOnly && name !== 'hand'}
          onClick={() => {
            tool.value = name;
          }}
        />
      ))}
      <span class="canvas-line" />
      <IconButton
        icon={Undo2}
        label={texts.undo}
        disabled={isReadOnly || past.length === 0}
        onClick={session.undo}
      />
      <IconButton
        icon={Redo2}
        label={texts.redo}
        disabled={isReadOnly || future.length === 0}
        onClick={session.redo}
      />
      <span class="canvas-line" />
      <span class="canvas-zoom">
        <IconButton icon={ZoomIn} label={texts.zoomIn} onClick={() => session.zoom(zoomFactor)} />
        <IconButton icon={ZoomOut} label={texts.zoomOut} onClick={() => session.zoom(1 / zoomFactor)} />
      </span>
      <IconButton icon={Maximize} label={texts.fit} onClick={session.fit} />
      <span class="canvas-zoom">
        <IconButton
          icon={Ruler}
          label={texts.rulers}
          pressed={!rulers?.isHidden}
          onClick={() => session.arrange((now) => changeRulers(now, { isHidden: !rulers?.isHidden }))}
        />
      </span>
      <IconButton
        icon={Magnet}
        label={texts.snapping}
        title={texts.snappingHint}
        pressed={!rulers?.isFree}
        onClick={() => session.arrange((now) => changeRulers(now, { isFree: !rulers?.isFree }))}
      />
    </div>
  );
}

/** How what is moved lies, by numbers and without a pointer. */
export function TransformBar({ session }: { session: CanvasSession }) {
  const moved = session.tool.value === 'move' ? movedOf(session.board.value) : undefined;
  if (!moved || moved.isLocked) return null;
  return <TransformSliders key={moved.layers.map(({ id }) => id).join()} session={session} moved={moved} />;
}

function TransformSliders({ session, moved }: { session: CanvasSession; moved: Moved }) {
  const { layers } = moved;
  const began = { from: moved, made: layers, scale: moved.scale, turn: moved.turn };
  const last = useRef(began);
  // Something else has moved it since.
  if (last.current.made.some((layer, at) => layer !== layers[at])) last.current = began;
  const { from, scale, turn } = last.current;
  const change = (values: { scale?: number; turn?: number }) => {
    const next = { scale, turn, ...values };
    const made = transformMoved(from, next);
    last.current = { from, made, ...next };
    session.change((now) => putChanged(now, made), `${Object.keys(values)} ${layers.map(({ id }) => id)}`);
  };
  const mirror = (axis: 'across' | 'down') => () =>
    session.change((now) =>
      putChanged(
        now,
        layers.map((layer) => mirrorLayer(layer, axis, layers.length > 1 ? moved.middle : undefined)),
      ),
    );
  return (
    <div class="canvas-brush">
      <NamedSlider
        label={texts.scale}
        min={Math.log(0.05)}
        max={Math.log(8)}
        step={0.01}
        value={Math.log(scale)}
        format={() => formatPercent(scale)}
        onChange={(next) => change({ scale: Math.abs(next) < 0.02 ? 1 : Math.exp(next) })}
      />
      <NamedSlider
        label={texts.turn}
        min={-180}
        max={180}
        step={1}
        value={turn}
        format={(degrees) => `${Math.round(degrees)}°`}
        onChange={(next) => change({ turn: next })}
      />
      <IconButton icon={FlipHorizontal2} label={texts.mirrorAcross} onClick={mirror('across')} />
      <IconButton icon={FlipVertical2} label={texts.mirrorDown} onClick={mirror('down')} />
    </div>
  );
}

/** What the brush is like; a mask has neither colour nor shades. */
export function BrushBar({ session }: { session: CanvasSession }) {
  const { tool, brush, colour, board } = session;
  if (!['brush', 'eraser', 'picker'].includes(tool.value)) return null;
  const isMask = chosenLayer(board.value)?.kind === 'mask';
  const { size, hardness, opacity } = brush.value;
  return (
    <div class="canvas-brush">
      {!isMask && tool.value !== 'eraser' && (
        <label class="canvas-colour">
          <span class="sg-hidden">{texts.colour}</span>
          <input
            type="color"
            value={colour.value}
            onInput={(event) => {
              colour.value = event.currentTarget.value;
            }}
          />
        </label>
      )}
      <NamedSlider
        // By its logarithm: a hair's breadth matters for a fine brush alone.
        label={texts.size}
        min={0}
        max={Math.log(1_000)}
        step={0.01}
        value={Math.log(size)}
        format={() => `${size}`}
        onChange={(next) => session.setBrush({ size: Math.exp(next) })}
      />
      {!isMask && (
        <>
          <NamedSlider
            label={texts.hardness}
            min={0}
            max={1}
            step={0.01}
            value={hardness}
            format={formatPercent}
            onChange={(next) => session.setBrush({ hardness: next })}
          />
          <NamedSlider
            label={texts.opacity}
            min={0.01}
            max={1}
            step={0.01}
            value={opacity}
            format={formatPercent}
            onChange={(next) => session.setBrush({ opacity: next })}
          />
        </>
      )}
    </div>
  );
}
