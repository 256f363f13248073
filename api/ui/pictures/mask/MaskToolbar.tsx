import {
  Brush,
  Contrast,
  Eraser,
  Lasso,
  Maximize,
  PaintBucket,
  Redo2,
  SquareDashed,
  Trash2,
  Undo2,
  Wand,
  ZoomIn,
  ZoomOut,
} from 'lucide';
import { IconButton } from '../../controls/IconButton.tsx';
import { Segmented } from '../../controls/Segmented.tsx';
import { NamedSlider } from '../../controls/Slider.tsx';
import { formatPercent } from '../../texts/formats.ts';
import type { MaskSession } from './maskSession.ts';
import { addStep, clear, isUntouched, setFeather } from './maskStrokes.ts';
import { texts } from './texts.ts';

/** At most a tenth of the picture fades. */
const mostFeather = 0.1;
const zoomFactor = 1.5;

export function MaskToolbar({ session }: { session: MaskSession }) {
  const { drawing, tool, brush, picture } = session;
  const longer = Math.max(picture.width, picture.height);
  const { steps, undone, feather } = drawing.value;
  const asShare = (pixels: number) => formatPercent(pixels / longer, 1);
  return (
    <div class="sg-mask-tools" role="toolbar" aria-label={texts.tools}>
      <Segmented
        label={texts.tools}
        options={[
          { value: 'brush', label: texts.brush, icon: Brush, labelHidden: true },
          { value: 'eraser', label: texts.eraser, icon: Eraser, labelHidden: true },
          { value: 'lasso', label: texts.lasso, icon: Lasso, labelHidden: true },
          { value: 'rectangle', label: texts.rectangle, icon: SquareDashed, labelHidden: true },
          { value: 'fill', label: texts.fill, icon: PaintBucket, labelHidden: true },
          { value: 'wand', label: texts.wand, icon: Wand, labelHidden: true },
        ]}
        value={tool.value}
        onChange={(next) => {
          tool.value = next;
        }}
      />
      <div class="sg-mask-buttons">
        <IconButton icon={Undo2} label={texts.undo} disabled={steps.length === 0} onClick={session.undo} />
        <IconButton icon={Redo2} label={texts.redo} disabled={undone.length === 0} onClick={session.redo} />
        <IconButton
          icon={Contrast}
          label={texts.invert}
          onClick={() => session.change((now) => addStep(now, { kind: 'invert' }))}
        />
        <IconButton
          icon={Trash2}
          label={texts.clear}
          disabled={isUntouched(drawing.value)}
          onClick={() => session.change(clear)}
        />
      </div>
      {tool.value === 'wand' ? (
        <NamedSlider
          class="sg-mask-slider"
          label={texts.tolerance}
          min={0}
          max={0.6}
          step={0.01}
          value={session.tolerance.value}
          format={(value) => formatPercent(value)}
          onChange={(next) => {
            session.tolerance.value = next;
          }}
        />
      ) : (
        <NamedSlider
          class="sg-mask-slider"
          // By its logarithm: a hair's breadth matters for a fine brush alone.
          label={texts.size}
          min={Math.log(2)}
          max={Math.log(longer / 2)}
          step={0.01}
          value={Math.log(brush.value)}
          format={() => asShare(brush.value)}
          onChange={(next) => session.setBrush(Math.exp(next))}
        />
      )}
      <NamedSlider
        class="sg-mask-slider"
        label={texts.feather}
        min={0}
        max={Math.round(longer * mostFeather)}
        value={feather}
        format={asShare}
        onChange={(next) => session.change((now) => setFeather(now, next))}
      />
      <div class="sg-mask-buttons sg-mask-zoom">
        <IconButton icon={ZoomOut} label={texts.zoomOut} onClick={() => session.zoom(1 / zoomFactor)} />
        <IconButton icon={ZoomIn} label={texts.zoomIn} onClick={() => session.zoom(zoomFactor)} />
        <IconButton icon={Maximize} label={texts.fit} onClick={session.fit} />
      </div>
    </div>
  );
}
