import { Button } from '@star-graph/ui/controls/Button.tsx';
import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { Segmented } from '@star-graph/ui/controls/Segmented.tsx';
import { NamedSlider } from '@star-graph/ui/controls/Slider.tsx';
import { Menu } from '@star-graph/ui/overlays/Menu.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { formatPercent } from '@star-graph/ui/texts/formats';
import {
  ChevronDown,
  CopyPlus,
  Crop,
  Eraser,
  PaintBucket,
  Square,
  SquareDashed,
  SquareDot,
  SquaresIntersect,
  SquaresSubtract,
  SquaresUnite,
  X,
} from 'lucide';
import { type CanvasSession, isSelectTool, type SelectSettings } from '../canvasSession.ts';
import type { Joining } from '../engine/selection.ts';
import { crop, erase, fill, invert, lift, selectAll, soften, toMask } from '../selectActs.ts';
import { texts } from '../texts.ts';

const softness = [4, 16, 64] as const;

/** How the tools select, and what is done with what is selected. */
export function SelectBar({ session }: { session: CanvasSession }) {
  const { tool, selecting, board } = session;
  if (!isSelectTool(tool.value)) return null;
  const { joining, tolerance, isJoined } = selecting.value;
  const set = (change: Partial<SelectSettings>) => {
    selecting.value = { ...selecting.value, ...change };
  };
  return (
    <div class="canvas-brush">
      <Segmented<Joining>
        label={texts.joining}
        options={[
          { value: 'replace', label: texts.selectNew, icon: Square, labelHidden: true },
          { value: 'add', label: texts.selectAdd, icon: SquaresUnite, labelHidden: true },
          { value: 'subtract', label: texts.selectSubtract, icon: SquaresSubtract, labelHidden: true },
          { value: 'intersect', label: texts.selectIntersect, icon: SquaresIntersect, labelHidden: true },
        ]}
        value={joining}
        onChange={(next) => set({ joining: next })}
      />
      {tool.value === 'wand' && (
        <>
          <NamedSlider
            label={texts.tolerance}
            min={0}
            max={0.6}
            step={0.01}
            value={tolerance}
            format={formatPercent}
            onChange={(next) => set({ tolerance: next })}
          />
          <IconButton
            icon={SquareDot}
            label={texts.joined}
            pressed={isJoined}
            onClick={() => set({ isJoined: !isJoined })}
          />
        </>
      )}
      {board.value.selection && <SelectionMenu session={session} />}
    </div>
  );
}

function SelectionMenu({ session }: { session: CanvasSession }) {
  const onLayer = (act: (session: CanvasSession) => boolean) => () => {
    if (!act(session)) showToast({ text: texts.locked, id: 'canvas-locked' });
  };
  return (
    <>
      <Menu
        label={texts.selection}
        placement="bottom-end"
        trigger={(attributes) => (
          <Button {...attributes} icon={ChevronDown}>
            {texts.selection}
          </Button>
        )}
        items={[
          { id: 'mask', icon: SquareDashed, label: texts.toMask, onSelect: onLayer(toMask) },
          { id: 'lift', icon: CopyPlus, label: texts.lift, onSelect: onLayer(lift) },
          { id: 'crop', icon: Crop, label: texts.crop, onSelect: onLayer(crop) },
          { id: 'fill', icon: PaintBucket, label: texts.fill, onSelect: onLayer(fill) },
          { id: 'erase', icon: Eraser, label: texts.eraseSelected, onSelect: onLayer(erase) },
          'line',
          ...softness.map((pixels) => ({
            id: `soften ${pixels}`,
            label: texts.soften(pixels),
            onSelect: () => soften(session, pixels),
          })),
          'line',
          { id: 'all', label: texts.selectAll, onSelect: () => selectAll(session) },
          { id: 'invert', label: texts.invert, onSelect: () => invert(session) },
        ]}
      />
      <IconButton icon={X} label={texts.deselect} onClick={() => session.select(undefined)} />
    </>
  );
}
