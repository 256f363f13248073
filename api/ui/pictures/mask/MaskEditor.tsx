import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Button } from '../../controls/Button.tsx';
import { formatPercent } from '../../texts/formats.ts';
import { MaskStage } from './MaskStage.tsx';
import { MaskToolbar } from './MaskToolbar.tsx';
import { encodeMask } from './maskCanvas.ts';
import { pressAnywhere } from './maskKeys.ts';
import { createMaskSession, type MaskSession } from './maskSession.ts';
import { isUntouched, type MaskDrawing } from './maskStrokes.ts';
import { coverageOf } from './plane.ts';
import { texts } from './texts.ts';
import './MaskEditor.css';

export interface MaskEditorProps {
  /** Of its full size, after EXIF rotation; what `url` shows may be smaller. */
  picture: { url: string; width: number; height: number };
  /** Goes on from here; one for a picture of another size is left out. */
  initial?: MaskDrawing | undefined;
  /** At each step, so that nothing is lost when the editor is closed. */
  onChange?(drawing: MaskDrawing): void;
  /** White is drawn anew, black stays: a greyscale PNG of the picture's size. */
  onDone(mask: Blob, drawing: MaskDrawing): void;
  onCancel(): void;
}

/** Paints a mask over a picture: by mouse, finger, pen or keyboard. It fills its place. */
export function MaskEditor({ picture, initial, onChange, onDone, onCancel }: MaskEditorProps) {
  const { width, height } = picture;
  const session = useMemo(() => createMaskSession({ width, height }, initial), [width, height]);
  const kept = useRef(onChange);
  kept.current = onChange;
  useEffect(() => {
    const begun = session.drawing.peek();
    return session.drawing.subscribe((drawing) => drawing !== begun && kept.current?.(drawing));
  }, [session]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: shortcuts for what the buttons do
    <div
      class="sg-mask"
      onKeyDown={(event) => {
        const isTyping = event.target instanceof HTMLInputElement && event.target.type === 'number';
        if (!isTyping && !event.defaultPrevented && pressAnywhere(session, event)) event.preventDefault();
      }}
    >
      <MaskStage session={session} url={picture.url} />
      <MaskToolbar session={session} />
      <Foot session={session} onDone={onDone} onCancel={onCancel} />
    </div>
  );
}

type FootProps = Pick<MaskEditorProps, 'onDone' | 'onCancel'> & { session: MaskSession };

function Foot({ session, onDone, onCancel }: FootProps) {
  const [state, setState] = useState<'ready' | 'working' | 'failed'>('ready');
  const drawing = session.drawing.value;
  const share = useCoverage(session);
  const isEmpty = isUntouched(drawing) || share === 0;
  const finish = async () => {
    const plane = session.canvas?.readPlane();
    if (!plane) return;
    setState('working');
    try {
      onDone(await encodeMask(plane, drawing), drawing);
      setState('ready');
    } catch {
      // Only want of memory ends it: the sentence says so.
      setState('failed');
    }
  };
  return (
    <div class="sg-mask-foot">
      <p class="sg-quiet sg-small" role="status">
        {state === 'failed' ? texts.failed : isEmpty ? texts.empty : texts.covered(formatShare(share))}
      </p>
      <Button look="quiet" onClick={onCancel}>
        {texts.cancel}
      </Button>
      <Button look="primary" disabled={isEmpty} busy={state === 'working'} onClick={() => void finish()}>
        {texts.done}
      </Button>
    </div>
  );
}

const formatShare = (share: number): string => formatPercent(share, share < 0.01 ? 2 : share < 0.1 ? 1 : 0);

/** Counted after each step, once it is drawn. */
function useCoverage(session: MaskSession): number {
  const drawing = session.drawing.value;
  const [share, setShare] = useState(0);
  useEffect(() => {
    const { canvas } = session;
    setShare(isUntouched(drawing) || !canvas ? 0 : coverageOf(canvas.readPlane()));
  }, [drawing, session]);
  return share;
}
