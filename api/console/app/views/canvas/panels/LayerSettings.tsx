import { NamedSlider } from '@star-graph/ui/controls/Slider.tsx';
import { Switch } from '@star-graph/ui/controls/Switch.tsx';
import { Select } from '@star-graph/ui/fields/Select.tsx';
import { TextArea } from '@star-graph/ui/fields/TextArea.tsx';
import { formatPercent } from '@star-graph/ui/texts/formats';
import type { CanvasSession } from '../canvasSession.ts';
import { blendModes } from '../engine/blend.ts';
import { changeLayer, type Layer, type LayerText } from '../engine/layers.ts';
import { drawText } from '../textLayer.ts';
import { texts } from '../texts.ts';

const fonts = ['sans-serif', 'serif', 'monospace', 'cursive'] as const;

interface LayerSettingsProps {
  session: CanvasSession;
  layer: Layer;
}

/** What the chosen layer is like; a mask has nothing to set. */
export function LayerSettings({ session, layer }: LayerSettingsProps) {
  const { id, kind, control, text } = layer;
  const change = (values: Partial<Layer>, step?: string) =>
    session.change((now) => changeLayer(now, id, values), step && `${step} ${id}`);
  if (kind === 'control' && control)
    return (
      <ShareSlider
        label={texts.strength}
        max={2}
        value={control.strength}
        onChange={(strength) => change({ control: { ...control, strength } }, 'strength')}
      />
    );
  if (kind !== 'paint') return null;
  return (
    <>
      {text && <TextSettings session={session} layer={layer} text={text} />}
      <div class="canvas-slider canvas-layer-opacity">
        <Select
          label={texts.blend}
          value={layer.blend ?? 'normal'}
          options={[
            { value: 'normal', label: texts.normal },
            ...blendModes.map((mode) => ({ value: mode, label: texts[mode] })),
          ]}
          onChange={(mode) => change({ blend: blendModes.find((one) => one === mode) })}
        />
      </div>
      <ShareSlider
        label={texts.opacity}
        max={1}
        value={layer.opacity}
        onChange={(opacity) => change({ opacity }, 'opacity')}
      />
    </>
  );
}

const ShareSlider = (props: { label: string; max: 1 | 2; value: number; onChange(value: number): void }) => (
  <NamedSlider {...props} class="canvas-layer-opacity" min={0} step={0.01} format={formatPercent} />
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
      <div class="canvas-slider">
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
      <div class="canvas-slider">
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
