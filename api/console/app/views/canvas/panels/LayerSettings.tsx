import { NamedSlider, RangeSlider } from '@star-graph/ui/controls/Slider.tsx';
import { Switch } from '@star-graph/ui/controls/Switch.tsx';
import { Select } from '@star-graph/ui/fields/Select.tsx';
import { TextArea } from '@star-graph/ui/fields/TextArea.tsx';
import { formatPercent } from '@star-graph/ui/texts/formats';
import type { CanvasSession } from '../canvasSession.ts';
import { type BlendMode, blendModes } from '../engine/blend.ts';
import type { Group, Layer, LayerText } from '../engine/board.ts';
import { changeGroup } from '../engine/groups.ts';
import { changeLayer } from '../engine/layers.ts';
import { drawText } from '../textLayer.ts';
import { texts } from '../texts.ts';

const fonts = ['sans-serif', 'serif', 'monospace', 'cursive'] as const;

interface LayerSettingsProps {
  session: CanvasSession;
  layer: Layer;
}

/** How far apart the ends of a range are at least. */
const leastRange = 0.05;

/** What the chosen layer is like; a mask has nothing to set. */
export function LayerSettings({ session, layer, hasRange }: LayerSettingsProps & { hasRange: boolean }) {
  const { id, kind, control, text } = layer;
  const change = (values: Partial<Layer>, step?: string) =>
    session.change((now) => changeLayer(now, id, values), step && `${step} ${id}`);
  if (kind === 'control' && control)
    return (
      <>
        <ShareSlider
          label={texts.strength}
          max={2}
          value={control.strength}
          onChange={(strength) => change({ control: { ...control, strength } }, 'strength')}
        />
        {hasRange && (
          <RangeSlider
            label={texts.range}
            ends={[texts.rangeStart, texts.rangeEnd]}
            value={[control.start ?? 0, control.end ?? 1]}
            min={0}
            max={1}
            step={leastRange}
            format={formatPercent}
            onChange={([start, end]) => change({ control: { ...control, start, end } }, 'range')}
          />
        )}
      </>
    );
  if (kind !== 'paint') return null;
  return (
    <>
      {text && <TextSettings session={session} layer={layer} text={text} />}
      <Mixing
        blend={layer.blend ?? 'normal'}
        modes={['normal', ...blendModes]}
        opacity={layer.opacity}
        onBlend={(mode) => change({ blend: mode === 'normal' || mode === 'through' ? undefined : mode })}
        onOpacity={(opacity) => change({ opacity }, 'opacity')}
      />
    </>
  );
}

/** How all that is in a group is laid over what lies below. */
export function GroupSettings({ session, group }: { session: CanvasSession; group: Group }) {
  const { id, blend = 'through', opacity } = group;
  const change = (values: Partial<Group>, step?: string) =>
    session.change((now) => changeGroup(now, id, values), step && `${step} ${id}`);
  return (
    <Mixing
      blend={blend}
      modes={['through', 'normal', ...blendModes]}
      opacity={opacity}
      onBlend={(mode) => change({ blend: mode === 'through' ? undefined : mode })}
      onOpacity={(next) => change({ opacity: next }, 'opacity')}
    />
  );
}

type Mode = BlendMode | 'normal' | 'through';

interface MixingProps {
  blend: Mode;
  modes: readonly Mode[];
  opacity: number;
  onBlend(mode: Mode): void;
  onOpacity(opacity: number): void;
}

const Mixing = ({ blend, modes, opacity, onBlend, onOpacity }: MixingProps) => (
  <>
    <div class="sg-named-slider">
      <Select
        label={texts.blend}
        value={blend}
        options={modes.map((mode) => ({ value: mode, label: texts[mode] }))}
        onChange={(mode) => onBlend(modes.find((one) => one === mode) ?? 'normal')}
      />
    </div>
    <ShareSlider label={texts.opacity} max={1} value={opacity} onChange={onOpacity} />
  </>
);

const ShareSlider = (props: { label: string; max: 1 | 2; value: number; onChange(value: number): void }) => (
  <NamedSlider {...props} min={0} step={0.01} format={formatPercent} />
);

/** Words are drawn anew while they are written; all of one sitting is one step. */
function TextSettings({ session, layer, text }: LayerSettingsProps & { text: LayerText }) {
  const change = (values: Partial<LayerText>) => {
    const next = { ...text, ...values };
    session.change(
      (now) => changeLayer(now, layer.id, { text: next, tiles: drawText(next) }),
      `text ${layer.id}`,
    );
  };
  return (
    <div class="canvas-text">
      <TextArea
        label={texts.words}
        value={text.words}
        maxLength={2_000}
        minRows={2}
        onChange={(words) => change({ words })}
      />
      <div class="sg-named-slider">
        <NamedSlider
          label={texts.size}
          min={Math.log(8)}
          max={Math.log(600)}
          step={0.01}
          value={Math.log(text.size)}
          format={() => `${text.size}`}
          onChange={(size) => change({ size: Math.round(Math.exp(size)) })}
        />
        <label class="canvas-colour">
          <span class="sg-hidden">{texts.colour}</span>
          <input
            type="color"
            value={text.colour}
            onInput={(event) => change({ colour: event.currentTarget.value })}
          />
        </label>
      </div>
      <div class="sg-named-slider">
        <Select
          label={texts.font}
          value={text.font}
          options={fonts.map((font) => ({ value: font, label: texts[font] }))}
          onChange={(font) => change({ font })}
        />
        <Switch label={texts.bold} checked={text.isBold} onChange={(isBold) => change({ isBold })} />
      </div>
    </div>
  );
}
