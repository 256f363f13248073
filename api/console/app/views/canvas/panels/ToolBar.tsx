import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { Slider } from '@star-graph/ui/controls/Slider.tsx';
import { formatPercent } from '@star-graph/ui/texts/formats';
import { Brush, Eraser, Frame, Hand, Maximize, Move, Pipette, Redo2, Undo2, ZoomIn, ZoomOut } from 'lucide';
import type { CanvasSession, CanvasTool } from '../canvasSession.ts';
import { chosenLayer } from '../engine/layers.ts';
import { toolKeys } from '../keys.ts';
import { texts } from '../texts.ts';

const icons = { brush: Brush, eraser: Eraser, picker: Pipette, move: Move, frame: Frame, hand: Hand };
const tools = Object.keys(icons) as CanvasTool[];
const zoomFactor = 1.5;

const keyOf = (tool: CanvasTool): string | undefined =>
  Object.keys(toolKeys)
    .find((key) => toolKeys[key] === tool)
    ?.toUpperCase();

export function ToolBar({ session }: { session: CanvasSession }) {
  const { tool, history } = session;
  const { past, future } = history.value;
  return (
    <div class="canvas-tools" role="toolbar" aria-label={texts.tools} aria-orientation="vertical">
      {tools.map((name) => (
        <IconButton
          key={name}
          icon={icons[name]}
          label={texts[name]}
          title={`${texts[name]} (${keyOf(name)})`}
          pressed={tool.value === name}
          onClick={() => {
            tool.value = name;
          }}
        />
      ))}
      <span class="canvas-line" />
      <IconButton icon={Undo2} label={texts.undo} disabled={past.length === 0} onClick={session.undo} />
      <IconButton icon={Redo2} label={texts.redo} disabled={future.length === 0} onClick={session.redo} />
      <span class="canvas-line" />
      <span class="canvas-zoom">
        <IconButton icon={ZoomIn} label={texts.zoomIn} onClick={() => session.zoom(zoomFactor)} />
        <IconButton icon={ZoomOut} label={texts.zoomOut} onClick={() => session.zoom(1 / zoomFactor)} />
      </span>
      <IconButton icon={Maximize} label={texts.fit} onClick={session.fit} />
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
      <div class="canvas-slider">
        <span aria-hidden="true">{texts.size}</span>
        {/* By its logarithm: a hair's breadth matters for a fine brush alone. */}
        <Slider
          label={texts.size}
          min={0}
          max={Math.log(1_000)}
          step={0.01}
          value={Math.log(size)}
          format={() => `${size}`}
          onChange={(next) => session.setBrush({ size: Math.exp(next) })}
        />
      </div>
      {!isMask && (
        <>
          <div class="canvas-slider">
            <span aria-hidden="true">{texts.hardness}</span>
            <Slider
              label={texts.hardness}
              min={0}
              max={1}
              step={0.01}
              value={hardness}
              format={formatPercent}
              onChange={(next) => session.setBrush({ hardness: next })}
            />
          </div>
          <div class="canvas-slider">
            <span aria-hidden="true">{texts.opacity}</span>
            <Slider
              label={texts.opacity}
              min={0.01}
              max={1}
              step={0.01}
              value={opacity}
              format={formatPercent}
              onChange={(next) => session.setBrush({ opacity: next })}
            />
          </div>
        </>
      )}
    </div>
  );
}
