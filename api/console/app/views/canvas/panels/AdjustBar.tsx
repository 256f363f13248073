import { Button } from '@star-graph/ui/controls/Button.tsx';
import { NamedSlider } from '@star-graph/ui/controls/Slider.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { CanvasSession } from '../canvasSession.ts';
import type { Layer } from '../engine/board.ts';
import { type Adjustment, noAdjustment } from '../engine/filters.ts';
import { changeLayer } from '../engine/layers.ts';
import { adjustLayer } from '../layerActs.ts';
import { texts } from '../texts.ts';
import './panels.css';

const ranges: readonly { name: keyof Adjustment; least: number; most: number; step: number }[] = [
  { name: 'brightness', least: -1, most: 1, step: 0.01 },
  { name: 'contrast', least: -1, most: 1, step: 0.01 },
  { name: 'saturation', least: -1, most: 1, step: 0.01 },
  { name: 'black', least: 0, most: 0.9, step: 0.01 },
  { name: 'white', least: 0.1, most: 1, step: 0.01 },
  { name: 'gamma', least: 0.2, most: 5, step: 0.05 },
  { name: 'blur', least: 0, most: 50, step: 1 },
  { name: 'sharpen', least: 0, most: 2, step: 0.05 },
];

/** Changes the colours of a layer while it is looked at; all of it is one step. */
export function AdjustBar({ session }: { session: CanvasSession }) {
  const layer = session.adjusting.value;
  return layer ? <Sliders key={layer.id} session={session} layer={layer} /> : null;
}

const findOwn = ({ board }: CanvasSession, { id }: Layer): Layer | undefined =>
  board.value.layers.find((layer) => layer.id === id);

function Sliders({ session, layer }: { session: CanvasSession; layer: Layer }) {
  const [values, setValues] = useState<Adjustment>(noAdjustment);
  const [step] = useState(() => `adjust ${crypto.randomUUID()}`);
  const work = useRef<{ isBusy: boolean; next?: Adjustment | undefined; made?: Layer | undefined }>({
    isBusy: false,
  });
  const close = () => {
    session.adjusting.value = undefined;
  };
  /** One after the other, and of those that wait the last alone. */
  const show = async (wanted: Adjustment) => {
    const now = work.current;
    // What else has become of it since is not undone.
    if (![layer, now.made].includes(findOwn(session, layer))) return close();
    now.next = wanted;
    if (now.isBusy) return;
    now.isBusy = true;
    try {
      while (now.next) {
        const { next } = now;
        now.next = undefined;
        const made = await adjustLayer(session, layer, next);
        if (session.adjusting.value !== layer) return;
        session.change((board) => changeLayer(board, layer.id, made), step);
        now.made = findOwn(session, layer);
      }
    } catch {
      showToast({ tone: 'bad', text: texts.tooLarge });
    } finally {
      now.isBusy = false;
    }
  };
  useEffect(
    () => () => {
      work.current.next = undefined;
    },
    [],
  );
  return (
    <section class="canvas-adjust" aria-label={texts.adjust}>
      {ranges.map(({ name, least, most, step: by }) => (
        <NamedSlider
          key={name}
          label={texts[name]}
          min={least}
          max={most}
          step={by}
          value={values[name]}
          format={(value) => value.toFixed(by < 1 ? 2 : 0)}
          onChange={(value) => {
            const next = { ...values, [name]: value };
            setValues(next);
            void show(next);
          }}
        />
      ))}
      <div class="canvas-adjust-ends">
        <Button
          onClick={() => {
            close();
            if (session.history.value.step === step) session.undo();
          }}
        >
          {texts.cancel}
        </Button>
        <Button look="primary" onClick={close}>
          {texts.done}
        </Button>
      </div>
    </section>
  );
}
